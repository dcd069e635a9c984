import NIOCore
import NIOPosix
import Scheduling
import Synchronization

/// A model server that answers every request as soon as it sees its beginning, and reads no more: refuses it, or begins a session.
final class EarlyServer: Sendable {
  private final class Count: Sendable {
    let connections = Mutex(0)
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private var hasAnswered = false
    private let isAccepting: Bool
    init(_ isAccepting: Bool) { self.isAccepting = isAccepting }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !hasAnswered else { return }
      hasAnswered = true
      context.channel.setOption(.autoRead, value: false).whenComplete { _ in }
      let body = "{\"error\":\"too large\"}"
      let refusal = "HTTP/1.1 413 Content Too Large\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
      let text = isAccepting ? "HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n" : refusal
      context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
    }
  }

  private let channel: any Channel
  private let count: Count
  let port: Int

  init(on group: any EventLoopGroup, accepting: Bool = false) async throws {
    let count = Count()
    self.count = count
    channel = try await ServerBootstrap(group: group)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { channel in
        count.connections.withLock { $0 += 1 }
        return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(accepting)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  /// A pool `m` with this server, which is not asked for metrics.
  var pool: PoolPolicy {
    var scheduling = SchedulingPolicy.standard
    scheduling.capacity = .inferred
    let backends = [Backend(host: "127.0.0.1", port: port)]
    return PoolPolicy(name: "m", models: ["m"], servedModel: "m", backends: backends, scheduling: scheduling)
  }

  /// Accepted so far.
  var connections: Int { count.connections.withLock { $0 } }

  func stop() async { try? await channel.close().get() }
}
