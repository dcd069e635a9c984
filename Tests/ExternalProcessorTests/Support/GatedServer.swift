import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A model server that answers when a test says so, or at once.
final class GatedServer: Sendable {
  /// A request that has arrived.
  final class Held: Sendable {
    let head: HTTPRequestHead
    let body: String
    private let channel: any Channel

    init(head: HTTPRequestHead, body: String, channel: any Channel) {
      self.head = head
      self.body = body
      self.channel = channel
    }

    /// What the test calls it.
    var name: String { head.headers.first(name: "x-name") ?? "" }

    private let hasAnswered = Mutex(false)

    /// Answers, unless it has been.
    func answer(_ status: HTTPResponseStatus = .ok) {
      guard
        hasAnswered.withLock({ hasAnswered in
          defer { hasAnswered = true }
          return !hasAnswered
        })
      else { return }
      begin(status, headers: [("content-length", "\(GatedServer.body.utf8.count)"), ("content-type", "application/json")])
      part(GatedServer.body)
      end()
    }

    func begin(_ status: HTTPResponseStatus = .ok, headers: [(String, String)]) {
      channel.writeAndFlush(
        HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: status, headers: HTTPHeaders(headers))), promise: nil)
    }

    func part(_ text: String) { channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text))), promise: nil) }

    func end() { channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil) }
  }

  static let body = #"{"id":"1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}"#

  private let channel: any Channel
  private let held: Requests
  let port: Int

  private final class Requests: Sendable {
    let all = Mutex<[Held]>([])
    let isOpen: Mutex<Bool>
    init(isOpen: Bool) { self.isOpen = Mutex(isOpen) }
  }

  /// - Parameter isOpen: It answers at once.
  init(isOpen: Bool = false) async throws {
    let requests = Requests(isOpen: isOpen)
    held = requests
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 2048)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(requests))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  /// In the order of their arrival.
  var requests: [Held] { held.all.withLock { $0 } }
  var names: [String] { requests.map(\.name) }

  /// Answers everything that is there, and what comes, at once.
  func open() {
    held.isOpen.withLock { $0 = true }
    for request in requests { request.answer() }
  }

  func stop() async { try? await channel.close().get() }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    private let requests: Requests
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(_ requests: Requests) { self.requests = requests }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): self.head = head
      case .body(var part): body.writeBuffer(&part)
      case .end:
        guard let head else { return }
        let request = Held(head: head, body: String(buffer: body), channel: context.channel)
        body.clear()
        if head.uri == "/metrics" { return request.answer(.notFound) }
        let isOpen = requests.all.withLock { all in
          all.append(request)
          return requests.isOpen.withLock { $0 }
        }
        if isOpen { request.answer() }
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
