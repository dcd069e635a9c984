import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A client that sends and receives bytes as they are.
final class RawClient: Sendable {
  private final class Received: Sendable {
    let state = Mutex((text: "", bytes: [UInt8](), closed: false))
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let received: Received
    init(_ received: Received) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let buffer = unwrapInboundIn(data)
      let text = String(buffer: buffer)
      received.state.withLock { state in
        state.text += text
        state.bytes += buffer.readableBytesView
      }
    }
    func channelInactive(context: ChannelHandlerContext) { received.state.withLock { $0.closed = true } }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }

  private let channel: any Channel
  private let received = Received()

  init(port: Int, on group: any EventLoopGroup) async throws {
    let received = received
    channel = try await ClientBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(received)) }
      }
      .connect(host: "127.0.0.1", port: port).get()
  }

  func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

  func send(_ bytes: ByteBuffer) { channel.writeAndFlush(bytes, promise: nil) }
  func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

  func close() { channel.close(promise: nil) }

  /// What arrives from now on stays in the kernel.
  func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

  var text: String { received.state.withLock { $0.text } }
  var bytes: [UInt8] { received.state.withLock { $0.bytes } }
  var isClosed: Bool { received.state.withLock { $0.closed } }

  /// Waits until what was received has `part` in it, and returns all of it.
  @discardableResult
  func receive(_ part: String, times: Int = 1, sourceLocation: SourceLocation = #_sourceLocation) async -> String {
    await until("'\(part)' is received (so far: \(text))", sourceLocation: sourceLocation) {
      text.split(separator: part, omittingEmptySubsequences: false).count > times
    }
    return text
  }

  /// A POST with a JSON body.
  static func post(_ body: String, path: String = "/v1/chat/completions", headers: String = "") -> String {
    "POST \(path) HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
  }
}

/// Polls until a condition holds; fails the test when it does not within a time that is generous for a loaded machine.
func until(
  _ what: @autoclosure () -> String, within limit: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async rethrows {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await condition() { return }
    try? await Task.sleep(for: .milliseconds(2))
  }
  Issue.record("it did not happen in time that \(what())", sourceLocation: sourceLocation)
}
