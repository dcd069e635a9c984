import NIOCore
import NIOPosix
import Synchronization

@testable import DataPlane

/// A model server that does exactly what a test tells it to.
final class FakeModelServer: Sendable {
  /// A request that has arrived; the test answers it when it likes.
  final class Exchange: Sendable {
    let head: String
    let body: String
    private let channel: any Channel

    init(head: String, body: String, channel: any Channel) {
      self.head = head
      self.body = body
      self.channel = channel
    }

    /// What came over the connection after this request, which asked for another protocol.
    let raw = Mutex<[UInt8]>([])
    private let accepted = Mutex(false)
    var isSession: Bool { accepted.withLock { $0 } }

    func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    func acceptSession(headers: String = "") {
      accepted.withLock { $0 = true }
      send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nsec-websocket-accept: x\r\n\(headers)\r\n")
    }

    func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    func json(_ body: String, status: String = "200 OK", headers: String = "") {
      send("HTTP/1.1 \(status)\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    func startStream() {
      send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    }

    func event(_ text: String) {
      let event = "data: \(text)\n\n"
      send(String(event.utf8.count, radix: 16) + "\r\n\(event)\r\n")
    }

    func endStream() { send("0\r\n\r\n") }

    func close() { channel.close(promise: nil) }

    var isClosed: Bool { !channel.isActive }

    /// Ends the connection as a process that was killed does: nothing says that the answer is over.
    func reset() {
      let channel = channel
      channel.eventLoop.execute {
        (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil)
        }
      }
    }

    /// What was sent does not all leave: the other side does not take it.
    var isHeldBack: Bool { channel.isActive && !channel.isWritable }
  }

  private let channel: any Channel
  private let exchanges: ExchangeList
  let port: Int

  final class ExchangeList: Sendable {
    let all = Mutex<[Exchange]>([])
    let metrics: (@Sendable () -> String)?
    let answer: @Sendable (Exchange) -> Void
    init(metrics: (@Sendable () -> String)?, answer: @escaping @Sendable (Exchange) -> Void) {
      self.metrics = metrics
      self.answer = answer
    }
  }

  /// - Parameters:
  ///   - metrics: What `/metrics` says; without it there is none.
  ///   - answer: What to do with a request; the default leaves it to the test.
  init(
    on group: any EventLoopGroup, port: Int = 0, metrics: (@Sendable () -> String)? = nil,
    answer: @escaping @Sendable (Exchange) -> Void = { _ in }
  ) async throws {
    let list = ExchangeList(metrics: metrics, answer: answer)
    exchanges = list
    channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 512)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(list)) }
      }
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: "127.0.0.1", port: port).get()
    self.port = channel.localAddress?.port ?? 0
  }

  /// Requests in the order of their arrival; those for metrics are not in it.
  var requests: [Exchange] { exchanges.all.withLock { $0 } }

  func stop() async { try? await channel.close().get() }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let list: ExchangeList
    private var scanner = HeadScanner()
    private var input = ByteBuffer()
    private var tunnel: Exchange?

    init(_ list: ExchangeList) { self.list = list }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      var buffer = unwrapInboundIn(data)
      if let tunnel, tunnel.isSession { return tunnel.raw.withLock { $0 += buffer.readableBytesView } }
      input.writeBuffer(&buffer)
      while let head = try? scanner.scanRequest(input.readableBytesUInt8Span) {
        var count = 0
        if case .bytes(let length) = head.body { count = length }
        guard input.readableBytes >= head.length + count else { return }
        let text = input.readString(length: head.length) ?? ""
        let body = input.readString(length: count) ?? ""
        let exchange = Exchange(head: text, body: body, channel: context.channel)
        if text.hasPrefix("GET /metrics") {
          let page = list.metrics?()
          exchange.json(page ?? "", status: page == nil ? "404 Not Found" : "200 OK")
        } else {
          list.all.withLock { $0.append(exchange) }
          if text.contains("upgrade: websocket") { tunnel = exchange }
          list.answer(exchange)
        }
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
