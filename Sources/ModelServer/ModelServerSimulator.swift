import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// A server that speaks as vLLM does and answers with plain words at the pace of a benchmark.
///
/// Its life is one ``run()``. All of it is on one event loop; an idle simulator is a listening socket and a few kilobytes, so that
/// thousands fit one process.
package final class ModelServerSimulator: Service {
  private let configuration: ModelServerConfiguration
  private let loop: any EventLoop
  private let port = BoundPort()
  private let server: NIOLoopBoundBox<ServerLoop?>

  package init(_ configuration: ModelServerConfiguration, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
    self.configuration = configuration
    loop = group.next()
    server = .makeEmptyBox(valueType: ServerLoop.self, eventLoop: loop)
  }

  /// The port it listens on, once it does; throws what kept it from listening.
  package var boundPort: Int { get async throws { try await port.value } }

  /// Whether `/health` says that it can serve.
  package var isHealthy: Bool {
    get async {
      let server = server
      return await (try? loop.submit { server.value?.isHealthy ?? false }.get()) ?? false
    }
  }

  /// Serves until the task is cancelled or asked to shut down. Then it listens no more, finishes what it answers within
  /// ``ModelServerConfiguration/shutdownTimeout``, and ends every connection.
  package func run() async throws {
    let channel: any Channel
    do {
      channel = try await bind()
    } catch {
      let problem = ModelServerProblem(host: configuration.host, port: configuration.port, cause: error)
      await port.fail(problem)
      throw problem
    }
    await port.succeed(channel.localAddress?.port ?? configuration.port)
    await withTaskCancellationHandler {
      await withGracefulShutdownHandler {
        try? await channel.closeFuture.get()
      } onGracefulShutdown: {
        channel.close(promise: nil)
      }
    } onCancel: {
      channel.close(promise: nil)
    }
    let (server, loop, limit) = (server, loop, configuration.shutdownTimeout)
    try? await loop.flatSubmit { server.value?.drain(within: limit) ?? loop.makeSucceededVoidFuture() }.get()
    try? await loop.submit { server.value?.stop() }.get()
  }

  /// Makes other things go wrong from now on.
  package func update(_ faults: Faults) async throws {
    let server = server
    try await loop.submit { server.value?.update(faults) }.get()
  }

  private func bind() async throws -> any Channel {
    let (configuration, loop, server) = (configuration, loop, server)
    try await loop.submit { server.value = ServerLoop(configuration: configuration, loop: loop) }.get()
    return try await ServerBootstrap(group: loop)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let serverLoop = server.value else { throw ChannelError.ioOnClosedChannel }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
          try channel.pipeline.syncOperations.addHandler(RequestHandler(server: serverLoop))
        }
      }
      .bind(host: configuration.host, port: configuration.port).get()
  }
}

/// Why a simulated server cannot listen.
package struct ModelServerProblem: Error, CustomStringConvertible {
  let host: String
  let port: Int
  let cause: any Error

  package var description: String { "The model server cannot listen on \(host):\(port): \(cause)" }
}

/// A port that is known later.
private actor BoundPort {
  private var result: Result<Int, any Error>?
  private var waiters: [CheckedContinuation<Int, any Error>] = []

  var value: Int {
    get async throws {
      if let result { return try result.get() }
      return try await withCheckedThrowingContinuation { waiters.append($0) }
    }
  }

  func succeed(_ port: Int) { settle(.success(port)) }
  func fail(_ error: any Error) { settle(.failure(error)) }

  private func settle(_ result: Result<Int, any Error>) {
    self.result = result
    for waiter in waiters { waiter.resume(with: result) }
    waiters = []
  }
}
