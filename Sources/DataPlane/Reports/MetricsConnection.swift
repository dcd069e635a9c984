import NIOCore
import NIOPosix
import Scheduling

/// Fetches a page from one model server, again and again over the same connection.
///
/// Unchecked because it is confined to its channel's event loop.
final class MetricsConnection: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// A page that is larger is not read.
  static let maximumPage = 4 * 1024 * 1024

  private var channelContext: ChannelHandlerContext?
  private var completion: (([UInt8]?, MonotonicTime) -> Void)?
  /// When the last part of the page began to be read.
  private var begun = MonotonicTime.zero
  private var scanner = HeadScanner()
  private var input: ByteBuffer?
  private var head: ResponseHead?
  private var framing = BodyFraming(.none)
  private var page: [UInt8] = []
  private let host: String

  init(host: String) { self.host = host }

  var isOpen: Bool { channelContext != nil }

  /// - Parameter completion: Gets the page, or `nil` when there is none, and when its last part began to be read.
  func fetch(_ completion: @escaping ([UInt8]?, MonotonicTime) -> Void) {
    guard let channelContext, self.completion == nil else { return completion(nil, DataPlaneContext.now) }
    self.completion = completion
    let request = ByteBuffer(string: "GET /metrics HTTP/1.1\r\nhost: \(host)\r\naccept: text/plain\r\n\r\n")
    channelContext.writeAndFlush(wrapOutboundOut(request), promise: nil)
  }

  func close() { channelContext?.close(promise: nil) }

  func handlerAdded(context: ChannelHandlerContext) { channelContext = context }
  func handlerRemoved(context: ChannelHandlerContext) { channelContext = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    begun = DataPlaneContext.now
    var buffer = unwrapInboundIn(data)
    if var earlier = input {
      input = nil
      earlier.writeBuffer(&buffer)
      buffer = earlier
    }
    do {
      if head == nil {
        guard let scanned = try scanner.scanResponse(buffer.readableBytesUInt8Span) else {
          input = buffer
          return
        }
        head = scanned
        framing = BodyFraming(scanned.body)
        buffer.moveReaderIndex(forwardBy: scanned.length)
      }
      var position = 0
      let bytes = buffer.readableBytesUInt8Span
      while let piece = try framing.next(bytes, from: &position) { page += bytes.copy(piece) }
      guard page.count <= Self.maximumPage else { return finish(nil) }
      if framing.isComplete { finish(head?.status == 200 ? page : nil) }
    } catch {
      finish(nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    // The handler is removed a moment later: who asked meanwhile would never hear of it.
    channelContext = nil
    let complete = framing.endsWithConnection && head?.status == 200
    finish(complete ? page : nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finish(nil)
    context.close(promise: nil)
  }

  private func finish(_ text: [UInt8]?) {
    let keepsAlive = head?.keepsAlive == true && framing.isComplete
    head = nil
    page = []
    input = nil
    let completion = completion
    self.completion = nil
    if !keepsAlive { close() }
    completion?(text, begun)
  }
}
