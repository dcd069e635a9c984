import ControlPlane
import ControllerRuntime
import CurlTransport
import JSON
import Kubernetes
import Logging
import Planning
import QoSAPI
import Reconciliation
import TestKit
import YAML

@testable import Operator

/// The embedded control plane and an operator that works on it, in this process, over loopback.
struct OperatedCluster: Sendable {
  let client: Client
  let gateways = RecordedGateways()

  /// - Parameter kinds: of other projects that the cluster serves; their objects may have any field.
  static func with(
    _ kinds: ResourceType..., gatewayURL: String = "http://podium.podium-system.svc:8080", body: (OperatedCluster) async throws -> Void
  ) async throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    var configuration = ControlPlaneConfiguration()
    configuration.bookmarkInterval = .seconds(1)
    configuration.definitions =
      try CustomResourceDefinitions.files.flatMap { try YAMLParser.documents($0.yaml) } + kinds.map(definition)
    let plane = try EmbeddedControlPlane(configuration, logger: logger)
    // It lives as long as the process: a server that is cancelled while it answers drops what it writes.
    Task { try await plane.run() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      let connection = ClusterConnection(server: "http://127.0.0.1:\(try await plane.port)")
      func transport() -> CurlTransport { CurlTransport(connection, logger: logger) }
      let cluster = OperatedCluster(client: Client(transport()))
      var operating = OperatorConfiguration(
        identity: "test", samplingPeriod: .milliseconds(100), settings: OperatorSettings(defaultGatewayURL: gatewayURL))
      operating.conflictMemory = .seconds(2)
      let tested = Operator(
        transport: transport(), leaseTransport: transport(), gateways: cluster.gateways, knowledge: Facts.knowledge,
        configuration: operating, logger: logger)
      for name in ["tenant-a", "podium-system"] {
        try await cluster.client.create(.namespaces, KubeObject(.namespaces, namespace: nil, name: name))
      }
      group.addTask { try await tested.run() }
      try await body(cluster)
      group.cancelAll()
      while (try? await group.next()) != nil {}
    }
  }

  func apply(_ type: ResourceType, _ yaml: String, manager: String = "somebody") async throws {
    try await client.apply(type, KubeObject(try YAMLParser.documents(yaml)[0]), manager: manager)
  }

  func get(_ type: ResourceType, _ name: String, namespace: String = "tenant-a") async throws -> KubeObject? {
    try await client.find(type, ObjectKey(namespace: namespace, name: name))
  }

  /// A condition of the ModelDeployment `chat`: status, reason and message.
  func condition(_ type: String) async throws -> String {
    let condition = try await get(.modelDeployment, "chat")?.conditions.first { $0.type == type }
    return condition.map { "\($0.status.rawValue) \($0.reason) \($0.message)" } ?? ""
  }

  private static func definition(_ type: ResourceType) -> JSONValue {
    let open: JSONValue = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
    return [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": .string("\(type.plural).\(type.group)")],
      "spec": [
        "group": .string(type.group), "scope": "Namespaced",
        "names": ["kind": .string(type.kind), "plural": .string(type.plural)],
        "versions": [
          [
            "name": .string(type.version), "served": true, "storage": true, "subresources": ["status": [:]],
            "schema": ["openAPIV3Schema": ["type": "object", "properties": ["spec": open, "status": open]]],
          ]
        ],
      ],
    ]
  }
}

extension ResourceType {
  static let namespaces = ResourceType(group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false)
}

/// One model on one kind of GPU.
private enum Facts {
  static let knowledge = Knowledge(
    useCases: [
      UseCase(
        name: "chatbot_conversational", summary: "", profile: profile, serviceLevel: ServiceLevel(ttft: 150, itl: 25, e2e: 7000),
        experienceClass: "conversational", activeFraction: 0.2, requestsPerActiveUserPerMinute: 0.4, peakMultiplier: 2)
    ],
    accelerators: [Accelerator(name: "H100", nodeLabel: "NVIDIA-H100-80GB-HBM3", memoryGB: 80, pricePerHourUSD: 3, source: "test")],
    models: [ModelEntry(id: model, parametersBillions: 8, contextLength: 131_072, minimumMemoryGB: 20, recommendedFor: [])],
    benchmarks: [
      Benchmark(
        kind: .simulated, model: model, accelerator: "H100", gpus: 1, profile: profile, requestsPerSecond: 4, ttft: .init(p95: 40),
        itl: .init(p95: 10), e2e: .init(p95: 2500), source: "test")
    ], quality: .empty)
  private static let model = "meta-llama/Llama-3.1-8B-Instruct"
  private static let profile = TrafficProfile(promptTokens: 512, outputTokens: 256)
}

func document(_ yaml: String) throws -> JSONValue {
  guard let document = try YAMLParser.documents(yaml).first else { throw TestKitError("no document") }
  return document
}
