import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The Kubernetes API in this process, for development and tests only: it checks no credentials and runs no workloads.
///
///     HTTP ─▶ APIResponder ─▶ Handler: route ▸ verb ▸ admit ─▶ ObjectStore (SQLite) ─▶ watches
///                                                                       └─▶ controllers: garbage, namespaces, definitions, expiry
///
/// Its whole life is one ``run()``.
package final class EmbeddedControlPlane: Service {
  private let configuration: ControlPlaneConfiguration
  private let logger: Logger
  private let store: ObjectStore
  private let handler: Handler
  private let serving = Latch<Int>()

  /// Opens the state; nothing is served yet.
  package init(_ configuration: ControlPlaneConfiguration = ControlPlaneConfiguration(), logger: Logger) throws {
    self.configuration = configuration
    self.logger = logger
    store = try ObjectStore(directory: configuration.stateDirectory, historyLimit: configuration.watchHistory)
    let builtIn = try BuiltInTypes.load()
    let holder = CatalogHolder(builtIn: builtIn.definitions.map { ServedType(builtIn: $0) }, store: store, logger: logger)
    handler = Handler(
      store: store, holder: holder, documents: DiscoveryDocuments(), openAPI: OpenAPIDocuments(builtIn), clock: configuration.clock,
      bookmarkInterval: configuration.bookmarkInterval, counters: RequestCounters(), logger: logger)
    try Bootstrap.run(handler)
    try Bootstrap.apply(configuration.definitions, handler)
  }

  /// The port, as soon as it is served. Throws when the control plane ends without having served.
  package var port: Int {
    get async throws { try await serving.value }
  }

  /// Serves until graceful shutdown or cancellation.
  package func run() async throws {
    do {
      try await withGracefulShutdownHandler {
        try await serve()
      } onGracefulShutdown: {
        self.store.endAllSubscriptions()
      }
      serving.fail(StartError.stopped)
    } catch {
      let error = startError(error)
      serving.fail(error)
      throw error
    }
  }

  private func serve() async throws {
    let application = Application(
      responder: APIResponder(handler: handler, counters: handler.counters),
      configuration: ApplicationConfiguration(address: .hostname(configuration.host, port: configuration.port)),
      onServerRunning: { [serving, logger, configuration] channel in
        let port = channel.localAddress?.port ?? configuration.port
        logger.notice(
          "the embedded control plane serves; it is for development and tests only",
          metadata: ["address": "http://\(configuration.host):\(port)", "state": "\(configuration.stateDirectory ?? "in memory")"])
        serving.succeed(port)
      }, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for controller in controllers { group.addTask { try await controller.run() } }
      group.addTask {
        try await application.run()
        throw CancellationError()
      }
      defer { group.cancelAll() }
      do {
        while try await group.next() != nil {}
      } catch is CancellationError {}
    }
  }

  private var controllers: [any Controller] {
    let writer = handler.writer
    return [
      GarbageCollector(writer: writer, logger: logger), NamespaceController(writer: writer, logger: logger),
      DefinitionController(writer: writer, logger: logger),
      EventExpiry(
        writer: writer, lifetime: configuration.eventLifetime, interval: configuration.expiryInterval, logger: logger),
    ]
  }

  private func startError(_ error: any Error) -> any Error {
    guard let error = error as? IOError else { return error }
    return error.errnoCode == EADDRINUSE
      ? StartError.portInUse(host: configuration.host, port: configuration.port)
      : StartError.cannotListen(host: configuration.host, port: configuration.port, reason: "\(error)")
  }

  /// Answers a request without a socket. Controllers act only while ``run()`` does.
  package func handle(_ request: ServerRequest) -> ServerReply { handler.handle(request) }

  /// How many watches are open, those of the controllers included.
  package var subscriberCount: Int { store.subscriberCount }

  /// A kubeconfig for kubectl, helm and every client: write it to a file and name it in `KUBECONFIG`.
  package func kubeconfig() async throws -> String {
    let port = try await port
    return """
      # podium's embedded control plane: for development and tests only.
      apiVersion: v1
      kind: Config
      clusters:
      - name: podium
        cluster:
          server: http://\(configuration.host):\(port)
      users:
      - name: podium-developer
        user: {}
      contexts:
      - name: podium
        context:
          cluster: podium
          user: podium-developer
          namespace: default
      current-context: podium

      """
  }
}
