import DataPlane
import ExternalProcessor
import Logging
import NIOPosix
import Scheduling
import TestKit

/// A data plane behind gRPC, and everything that a test needs around it.
struct Gateway {
  let plane: DataPlaneServer
  let port: Int

  static func run<Result>(
    policy: TrafficPolicy?, configure: (inout ExternalProcessorConfiguration) -> Void = { _ in },
    limits: (inout DataPlaneConfiguration) -> Void = { _ in }, _ body: (Gateway) async throws -> Result
  ) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    var logger = Logger(label: "test")
    logger.logLevel = .error
    var admin = DataPlaneConfiguration()
    admin.takesRequests = false
    limits(&admin)
    let plane = DataPlaneServer(configuration: admin, group: group, logger: logger)
    if let policy { try plane.apply(policy) }
    try await plane.start()
    var configuration = ExternalProcessorConfiguration()
    configuration.port = 0
    configure(&configuration)
    let result: Swift.Result<Result, any Error>
    do {
      let port = try await ExternalProcessor.listen(configuration, on: plane)
      result = .success(try await body(Gateway(plane: plane, port: port)))
    } catch {
      result = .failure(error)
    }
    await plane.shutdown(drain: .zero)
    try await group.shutdownGracefully()
    return try result.get()
  }

  /// Believes `x-customer-tier`.
  static func policy(
    _ pools: PoolPolicy..., sources: [Classification.Source] = [.trustedHeader(name: "x-customer-tier")], defaultPool: String? = nil
  ) -> TrafficPolicy {
    TrafficPolicy(revision: "1", classification: Classification(sources: sources), pools: pools, defaultPool: defaultPool)
  }

  static func pool(_ name: String = "m", served: String? = nil, ports: [Int]) -> PoolPolicy {
    var pool = PoolPolicy(
      name: name, models: [name], servedModel: served ?? name, backends: ports.map { Backend(host: "127.0.0.1", port: $0) },
      scheduling: .standard)
    // What the servers of the tests could report is not what they do.
    pool.scheduling.capacity = .inferred
    return pool
  }

  func statistics(_ pool: Int = 0) async throws -> DataPlaneStatistics.Pool { try await plane.statistics().pools[pool] }

  var load: (waiting: Int, inUse: Int) { get async throws { (try await waiting, try await inUse) } }
  var waiting: Int { get async throws { try await plane.statistics().pools.reduce(0) { $0 + $1.scheduler.waiting } } }
  var inUse: Int { get async throws { try await plane.statistics().pools.reduce(0) { $0 + $1.scheduler.inUse } } }
}
