import DataPlane
import NIOCore

/// One connection of a load: a request, its answer, and the next.
///
/// Unchecked because it is confined to its channel's event loop.
final class LoadConnection: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let driver: LoadDriver
  private var channelContext: ChannelHandlerContext?
  private var scanner = HeadScanner()
  private var input: ByteBuffer?
  private var head: ResponseHead?
  private var framing = BodyFraming(.none)
  private var request: (tier: Int, answer: LoadAnswer)?
  private var timer: Scheduled<Void>?

  init(_ driver: LoadDriver) { self.driver = driver }

  func send(_ bytes: ByteBuffer, tier: Int, arrival: NIODeadline) {
    request = (tier, LoadAnswer(arrival: arrival))
    guard let channelContext else { return end { $0.isBroken = true } }
    timer = driver.loop.scheduleTask(in: driver.timeout) { [self] in
      end { $0.isTimedOut = true }
      close()
    }
    channelContext.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
  }

  func close() { channelContext?.close(promise: nil) }

  func handlerAdded(context: ChannelHandlerContext) { channelContext = context }
  func handlerRemoved(context: ChannelHandlerContext) { channelContext = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    guard request != nil else { return close() }
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
        buffer.moveReaderIndex(forwardBy: scanned.length)
        head = scanned
        framing = BodyFraming(scanned.body)
        request?.answer.status = scanned.status
      }
      try readBody(buffer)
    } catch {
      end { $0.isBroken = true }
      close()
    }
  }

  private func readBody(_ buffer: ByteBuffer) throws(HTTPProblem) {
    var position = 0
    let bytes = buffer.readableBytesUInt8Span
    while let piece = try framing.next(bytes, from: &position) {
      if request?.answer.firstPayload == nil { request?.answer.firstPayload = .now() }
      if head?.isEventStream == true, Self.isErrorEvent(bytes, piece) { request?.answer.isBroken = true }
    }
    guard framing.isComplete else { return }
    end { _ in }
  }

  /// Whether an event of a stream reports an error instead of tokens.
  private static func isErrorEvent(_ bytes: Span<UInt8>, _ piece: Range<Int>) -> Bool {
    let expected: StaticString = "data: {\"error\""
    guard piece.count >= expected.utf8CodeUnitCount else { return false }
    for index in 0..<expected.utf8CodeUnitCount where bytes[piece.lowerBound + index] != expected.utf8Start[index] { return false }
    return true
  }

  func channelInactive(context: ChannelHandlerContext) {
    driver.forget(self)
    let isComplete = framing.endsWithConnection
    end { $0.isBroken = $0.isBroken || !isComplete }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end { $0.isBroken = true }
    context.close(promise: nil)
  }

  private func end(_ change: (inout LoadAnswer) -> Void) {
    guard let request else { return }
    var answer = request.answer
    self.request = nil
    timer?.cancel()
    timer = nil
    change(&answer)
    let isReusable = framing.isComplete && head?.keepsAlive == true && !answer.isBroken && !answer.isTimedOut
    head = nil
    input = nil
    framing = BodyFraming(.none)
    driver.ended(tier: request.tier, answer, connection: isReusable ? self : nil)
    if !isReusable { close() }
  }
}
