import NIOCore
import NIOPosix
import Synchronization
import TestKit

/// One request over a connection of its own.
final class TestClient: Sendable {
  private let channel: any Channel
  private let received: Received

  private final class Received: Sendable {
    let state = Mutex<(bytes: ByteBuffer, isClosed: Bool)>((ByteBuffer(), false))
  }

  init(port: Int) async throws {
    let received = Received()
    self.received = received
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(received)) }
      }
      .connect(host: "127.0.0.1", port: port).get()
  }

  static let chat = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#

  /// Sends `POST /v1/chat/completions` over a new connection.
  static func post(
    _ port: Int, _ body: String = chat, path: String = "/v1/chat/completions", headers: [(String, String)] = []
  ) async throws -> TestClient {
    let client = try await TestClient(port: port)
    let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
    client.send(
      "POST \(path) HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\(lines)\r\n\(body)"
    )
    return client
  }

  func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

  func close() { channel.close(promise: nil) }

  var text: String { received.state.withLock { String(buffer: $0.bytes) } }
  var isClosed: Bool { received.state.withLock { $0.isClosed } }
  var status: Int? { Int(text.split(separator: " ", maxSplits: 2).dropFirst().first ?? "") }

  /// A header of the answer.
  func header(_ name: String) -> String? {
    for line in text.prefix(while: { $0 != "{" }).split(separator: "\r\n") where line.lowercased().hasPrefix("\(name): ") {
      return String(line.dropFirst(name.count + 2))
    }
    return nil
  }

  /// Waits for the end of the answer.
  @discardableResult func end() async throws -> Int {
    try await eventually("an answer has come whole", within: .seconds(60)) { isClosed }
    return status ?? 0
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let received: Received

    init(_ received: Received) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      var bytes = unwrapInboundIn(data)
      received.state.withLock { _ = $0.bytes.writeBuffer(&bytes) }
    }

    func channelInactive(context: ChannelHandlerContext) { received.state.withLock { $0.isClosed = true } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
