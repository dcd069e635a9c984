import Logging
import NIOCore
import NIOPosix
import Scheduling

@testable import DataPlane

/// A data plane on loopback with its own event loops, and everything that a test needs around it.
struct TestPlane {
  /// For clients and model servers. Not the data plane's own: that one is shut down while others may still connect and accept.
  let group = MultiThreadedEventLoopGroup.singleton
  let server: DataPlaneServer
  let port: Int

  static func run<Result>(
    loops: Int = 2, configuration: DataPlaneConfiguration = DataPlaneConfiguration(), verifier: (any TokenVerifying)? = nil,
    _ body: (TestPlane) async throws -> Result
  ) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    var logger = Logger(label: "test")
    logger.logLevel = .error
    let server = DataPlaneServer(configuration: configuration, group: group, verifier: verifier, logger: logger)
    let port = try await server.start()
    let plane = TestPlane(server: server, port: port)
    do {
      let result = try await body(plane)
      await server.shutdown(drain: .zero)
      try await group.shutdownGracefully()
      return result
    } catch {
      await server.shutdown(drain: .zero)
      try? await group.shutdownGracefully()
      throw error
    }
  }

  func client() async throws -> RawClient { try await RawClient(port: port, on: group) }

  func modelServer(_ answer: @escaping @Sendable (FakeModelServer.Exchange) -> Void = { _ in }) async throws -> FakeModelServer {
    try await FakeModelServer(on: group, answer: answer)
  }

  /// Applies a policy with one pool for the model `m`; callers say their tier in `x-customer-tier`.
  func serve(_ servers: FakeModelServer..., revision: String = "1") throws {
    try server.apply(Self.policy(revision: revision, pools: [Self.pool("m", servers)]))
  }

  static func pool(
    _ name: String, models: [String]? = nil, served: String? = nil, _ servers: [FakeModelServer], scheduling: SchedulingPolicy = .standard,
    fallbacks: [String] = []
  ) -> PoolPolicy {
    PoolPolicy(
      name: name, models: models ?? [name], servedModel: served ?? name,
      backends: servers.map { Backend(host: "127.0.0.1", port: $0.port) },
      scheduling: scheduling, fallbacks: fallbacks)
  }

  static func policy(
    revision: String = "1", sources: [Classification.Source] = [.trustedHeader(name: "x-customer-tier")], pools: [PoolPolicy]
  ) -> TrafficPolicy {
    TrafficPolicy(revision: revision, classification: Classification(sources: sources), pools: pools)
  }
}

let chat = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#
let streamingChat = #"{"model":"m","stream":true,"messages":[]}"#
let answer = #"{"id":"1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}"#
