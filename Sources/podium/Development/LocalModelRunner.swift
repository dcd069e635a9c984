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
///     InferenceService ─▶ desired replicas ─▶ start or stop servers ─▶ EndpointSlices ─▶ status
struct LocalModelRunner: Service {
  /// The manager of everything that it writes.
  static let manager = "podium-dev"

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
        return nil
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

  private func reconcile(_ key: ObjectKey) async throws {
    guard let service = stores[.inferenceService]?[key], !service.isBeingDeleted, let owner = OwnerReference(controlledBy: service) else {
      await servers.stop(key)
      return
    }
    let predictor = service["spec"]?["predictor"]
    guard let container = predictor?["containers"]?[0], let arguments = container["args"]?.strings, arguments.first == "simulate-server"
    else {
      return
    }
    do {
      let ports = try await servers.run(key, replicas: predictor?["minReplicas"]?.int ?? 1, arguments: arguments)
      for (index, port) in ports.enumerated() {
        try await write(EndpointSliceOf.object(key, index: index, port: port, owner: owner))
      }
      try await removeSlices(of: key, beyond: ports.count)
      try await report(service, ready: true, message: "\(ports.count) simulated model server(s) in this process")
    } catch let problem as LocalModelServers.Problem {
      logger.warning("a simulated model server cannot run", metadata: ["inferenceservice": "\(key)", "error": "\(problem)"])
      try await report(service, ready: false, message: problem.description)
    }
  }

  private func write(_ slice: KubeObject) async throws {
    if let cached = stores[.endpointSlice]?[slice.key], cached.contains(slice) { return }
    _ = try await client.apply(.endpointSlice, slice, manager: Self.manager)
  }

  private func removeSlices(of key: ObjectKey, beyond count: Int) async throws {
    let names = Set((0..<count).map { EndpointSliceOf.name(key, index: $0) })
    for (sliceKey, slice) in stores[.endpointSlice]?.objects ?? [:]
    where Self.owner(slice).contains(key) && !names.contains(sliceKey.name) {
      try await client.delete(.endpointSlice, sliceKey, uid: slice.uid)
    }
  }

  private func report(_ service: KubeObject, ready: Bool, message: String) async throws {
    let now = Date.now.formatted(.iso8601)
    var status = KubeObject(.inferenceService, namespace: service.namespace, name: service.name)
    let conditions = ["IngressReady", "PredictorReady", "Ready"].map { type in
      Condition(type, ready ? .yes : .no, reason: ready ? "Running" : "SimulatorFailed", message: message)
    }
    let merged = Condition.merging(conditions, into: service.conditions, now: now)
    status["status"] = [
      "observedGeneration": JSONValue(service.generation), "conditions": .array(merged.map(\.json)),
      "url": .string("http://\(service.name).\(service.namespace ?? "default").example.com"), "deploymentMode": "Standard",
      "modelStatus": [
        "transitionStatus": .string(ready ? "UpToDate" : "BlockedByFailedLoad"),
        "states": [
          "activeModelState": .string(ready ? "Loaded" : "FailedToLoad"), "targetModelState": .string(ready ? "Loaded" : "FailedToLoad"),
        ],
      ],
    ]
    if service.contains(status) { return }
    _ = try await client.applyStatus(.inferenceService, status, manager: Self.manager)
  }
}
