import ControllerRuntime
import Foundation
import JSON
import Kubernetes
import Logging
import QoSAPI
import ServiceLifecycle

/// Plays KServe and the kubelet for `podium dev`: an InferenceService whose container runs `simulate-server` gets simulated model
/// servers in this process, EndpointSlices that say where they are, and the status that KServe would write.
///
///     InferenceService ─▶ servers start ─▶ EndpointSlices: who is ready, who ends ─▶ those end, once nobody sends to them ─▶ status
struct LocalModelRunner: Service {
  /// The manager of everything that it writes.
  static let manager = "podium-dev"
  /// How often servers that start are asked whether they are ready, and those that end whether they have.
  private static let probePeriod = Duration.milliseconds(200)

  private let client: Client
  private let stores = StoreSet([.inferenceService, .endpointSlice])
  private let servers: LocalModelServers
  private let logger: Logger

  init(_ transport: any Transport, logger: Logger) {
    client = Client(transport)
    servers = LocalModelServers(logger: logger)
    self.logger = logger
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      let controller = Controller("local-models", workers: 4, logger: logger) { key in
        try await reconcile(key)
      }
      if let store = stores[.inferenceService] { controller.watch(store) }
      if let store = stores[.endpointSlice] { controller.watch(store, mapping: Self.owner) }
      await withDiscardingTaskGroup { group in
        group.addTask { await stores.run(client) }
        group.addTask {
          guard (try? await stores.waitUntilSynced()) != nil else { return }
          await controller.run()
        }
      }
    }
    await servers.stopAll()
  }

  private static let owner: Store.Mapping = { slice in
    slice.labels["endpointslice.kubernetes.io/managed-by"] == manager
      ? slice.ownerReferences.filter { $0.kind == "InferenceService" }.map { ObjectKey(namespace: slice.namespace, name: $0.name) } : []
  }

  /// Returns when to look again: while a server starts or ends.
  private func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let service = stores[.inferenceService]?[key], !service.isBeingDeleted, let owner = OwnerReference(controlledBy: service) else {
      await servers.abandon(key)
      // Who is deleted with its slices is out of the endpoints as well.
      try await removeSlices(of: key, but: [])
      await servers.dismiss(key)
      return nil
    }
    guard let wish = LocalModelWish(service) else { return nil }
    do {
      let endpoints = try await servers.update(key, wish)
      try await publish(endpoints, key, owner)
      await servers.dismiss(key)
      try await report(service, wish, endpoints)
      return endpoints.allSatisfy { $0.phase == .ready } && endpoints.count == wish.replicas ? nil : Self.probePeriod
    } catch let problem as LocalModelServers.Problem {
      logger.warning("a simulated model server cannot run", metadata: ["inferenceservice": "\(key)", "error": "\(problem)"])
      // Those of before keep serving.
      try await publish(await servers.endpoints(key), key, owner)
      try await report(service, ready: false, isLoading: false, message: problem.description)
      return nil
    }
  }

  private func publish(_ endpoints: [LocalModelServer.Endpoint], _ key: ObjectKey, _ owner: OwnerReference) async throws {
    for endpoint in endpoints { try await write(EndpointSliceOf.object(key, endpoint, owner: owner)) }
    try await removeSlices(of: key, but: endpoints)
  }

  private func write(_ slice: KubeObject) async throws {
    if let cached = stores[.endpointSlice]?[slice.key], cached.contains(slice) { return }
    _ = try await client.apply(.endpointSlice, slice, manager: Self.manager)
  }

  private func removeSlices(of key: ObjectKey, but endpoints: [LocalModelServer.Endpoint]) async throws {
    let names = Set(endpoints.map { EndpointSliceOf.name(key, $0) })
    for (sliceKey, slice) in stores[.endpointSlice]?.objects ?? [:]
    where Self.owner(slice).contains(key) && !names.contains(sliceKey.name) {
      try await client.delete(.endpointSlice, sliceKey, uid: slice.uid)
    }
  }

  private func report(_ service: KubeObject, _ wish: LocalModelWish, _ endpoints: [LocalModelServer.Endpoint]) async throws {
    let serving = endpoints.count { $0.phase == .ready }
    let current = endpoints.count { $0.phase == .ready && $0.isCurrent }
    try await report(
      service, ready: serving >= wish.replicas, isLoading: current < wish.replicas,
      message: "\(serving) simulated model server(s) in this process")
  }

  private func report(_ service: KubeObject, ready: Bool, isLoading: Bool, message: String) async throws {
    let now = Date.now.formatted(.iso8601)
    var status = KubeObject(.inferenceService, namespace: service.namespace, name: service.name)
    let conditions = ["IngressReady", "PredictorReady", "Ready"].map { type in
      Condition(type, ready ? .yes : .no, reason: ready ? "Running" : isLoading ? "Loading" : "SimulatorFailed", message: message)
    }
    let merged = Condition.merging(conditions, into: service.conditions, now: now)
    status["status"] = [
      "observedGeneration": JSONValue(service.generation), "conditions": .array(merged.map(\.json)),
      "url": .string("http://\(service.name).\(service.namespace ?? "default").example.com"), "deploymentMode": "Standard",
      "modelStatus": [
        "transitionStatus": .string(isLoading ? "InProgress" : ready ? "UpToDate" : "BlockedByFailedLoad"),
        "states": [
          "activeModelState": .string(ready ? "Loaded" : isLoading ? "Pending" : "FailedToLoad"),
          "targetModelState": .string(isLoading ? "Loading" : ready ? "Loaded" : "FailedToLoad"),
        ],
      ],
    ]
    if service.contains(status) { return }
    _ = try await client.applyStatus(.inferenceService, status, manager: Self.manager)
  }
}
