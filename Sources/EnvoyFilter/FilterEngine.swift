import CEnvoyModule
import DataPlane
import Dispatch
import JSON
import Logging
import NIOPosix
import Scheduling
import Synchronization
import TokenVerification

/// The scheduler behind all filters of one name: Envoy makes a configuration for each listener, and a new one for each change before it
/// gives the old one up, but the model servers have their places only once.
///
/// ```
/// configuration 1 ──▶ its policy is in force      2 ──▶ its policy is in force      1 given up ──▶ nothing changes
///                                                 2 given up first: Envoy has refused the listener that it was for ──▶ policy 1 again
/// ```
final class FilterEngine: Sendable {
  /// C functions have nowhere else to keep what outlives a configuration.
  private static let engines = Mutex<[String: Shared]>([:])

  private struct Shared {
    var engine: FilterEngine
    /// One for each configuration, the newest last.
    var policies: [(use: Int, policy: TrafficPolicy)]
    var uses = 1
  }

  let server: DataPlaneServer
  let settings = GatewaySettings()
  private let name: String
  /// What it was made with; only the policy changes later.
  private let file: ProxyFile
  private let group: MultiThreadedEventLoopGroup
  private let verifier: TokenVerifier

  // MARK: For Envoy's configurations

  /// The engine of this name under this policy, and the number of this use of it.
  /// - Throws: When the policy is refused: then nothing has changed.
  static func take(_ name: String, _ file: ProxyFile) throws -> (FilterEngine, Int) {
    try engines.withLock { engines in
      guard var shared = engines[name] else {
        let engine = try FilterEngine(name, file)
        engines[name] = Shared(engine: engine, policies: [(1, file.policy)])
        return (engine, 1)
      }
      guard shared.engine.hasSameSettings(as: file) else {
        throw FilterConfiguration.Refusal(
          description: """
            only the policy can change while Envoy runs: put listen, namespace, limits and timeouts back, restart Envoy, or give the filter \
            another filter_name
            """)
      }
      try put(file.policy, into: shared.engine.server)
      shared.uses += 1
      shared.policies.append((shared.uses, file.policy))
      engines[name] = shared
      return (shared.engine, shared.uses)
    }
  }

  func giveBack(_ use: Int) {
    let isUnused = Self.engines.withLock { engines in
      guard var shared = engines[name] else { return false }
      let wasNewest = shared.policies.last?.use == use
      shared.policies.removeAll { $0.use == use }
      guard let newest = shared.policies.last else {
        engines[name] = nil
        return true
      }
      engines[name] = shared
      // It has been in force before: it can be enforced.
      if wasNewest { try? Self.put(newest.policy, into: server) }
      return false
    }
    if isUnused { stop() }
  }

  private func hasSameSettings(as file: ProxyFile) -> Bool {
    var other = file
    other.policy = self.file.policy
    return other == self.file
  }

  // MARK: Running

  private init(_ name: String, _ file: ProxyFile) throws {
    self.name = name
    self.file = file
    var configuration = DataPlaneConfiguration()
    configuration.takesRequests = false
    configuration.host = file.host ?? configuration.host
    configuration.port = file.port ?? configuration.port
    configuration.tls = file.tls
    configuration.namespace = file.namespace ?? configuration.namespace
    file.bounds.apply(to: &configuration)
    let logger = Logger(label: "podium") { _ in EnvoyLogHandler() }
    group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, Int(envoy_dynamic_module_callback_get_concurrency())))
    verifier = TokenVerifier(logger: logger)
    let server = DataPlaneServer(configuration: configuration, group: group, verifier: verifier, logger: logger)
    self.server = server
    do {
      try Self.put(file.policy, into: server)
      guard !envoy_dynamic_module_callback_is_validation_mode() else { return }
      let port = try Self.waiting { try await server.start() }
      logger.notice(
        "schedules", metadata: ["filter": "\(name)", "metrics": "http://\(configuration.host):\(port)/metrics"])
    } catch {
      stop()
      throw error
    }
  }

  private static func put(_ policy: TrafficPolicy, into server: DataPlaneServer) throws {
    do {
      try server.apply(policy)
    } catch {
      throw FilterConfiguration.Refusal(description: "policy.\(error)")
    }
  }

  private func stop() {
    Task { [server, verifier, group] in
      await server.shutdown()
      await verifier.shutdown()
      try? await group.shutdownGracefully()
    }
  }

  /// Envoy loads a configuration on its main thread, and wants it done when the call returns; the work is done on other threads.
  private static func waiting<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Outcome<Value>()
    Task {
      do { outcome.settle(.success(try await work())) } catch { outcome.settle(.failure(error)) }
    }
    return try outcome.wait()
  }

  private final class Outcome<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let isSettled = DispatchSemaphore(value: 0)

    func settle(_ value: Result<Value, any Error>) {
      result.withLock { $0 = value }
      isSettled.signal()
    }

    func wait() throws -> Value {
      isSettled.wait()
      guard let result = result.withLock({ $0 }) else { throw CancellationError() }
      return try result.get()
    }
  }
}
