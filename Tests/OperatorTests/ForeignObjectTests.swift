import JSON
import Kubernetes
import Manifests
import QoSAPI
import TestKit
import Testing

/// What somebody else made under a name that the operator would use.
@Suite struct `An object that somebody else made` {
  static func deployment(_ more: String = "") -> String {
    """
    apiVersion: qos.maas.io/v1
    kind: ModelDeployment
    metadata: {name: chat, namespace: tenant-a}
    spec: {model: meta-llama/Llama-3.1-8B-Instruct, useCase: chatbot_conversational, traffic: {expectedQPS: 6}\(more)}
    """
  }

  static let foreignDeployment = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat-predictor, namespace: tenant-a, labels: {app: theirs}}
    spec:
      replicas: 1
      selector: {matchLabels: {app: theirs}}
      template: {metadata: {labels: {app: theirs}}, spec: {containers: [{name: web, image: "theirs:1"}]}}
    """

  @Test func `is never overwritten, though no copy of the operator has it, and is said; when it goes, ours comes`() async throws {
    try await OperatedCluster.with { cluster in
      try await cluster.apply(.deployment, Self.foreignDeployment)
      let before = try #require(try await cluster.get(.deployment, "chat-predictor"))
      try await cluster.apply(.modelDeployment, Self.deployment())
      try await eventually("the conflict is said", within: .seconds(60)) {
        let applied = try await cluster.condition("Applied")
        return applied.hasPrefix("False Conflicted") && applied.contains("Deployment chat-predictor")
      }
      // Nothing beside it: no Service in front of their pods, nothing that watches them.
      #expect(try await cluster.get(.service, "chat-predictor") == nil)
      #expect(try await cluster.get(.deployment, "chat-predictor")?.resourceVersion == before.resourceVersion)

      try await cluster.client.delete(.deployment, before.key)
      // A spec that changes is looked at at once; else it is tried again within two minutes.
      var quantization = ["fp8", "awq"]
      try await eventually("ours is there", within: .seconds(120), every: .milliseconds(500)) {
        try await cluster.apply(.modelDeployment, Self.deployment(", serving: {quantization: \(quantization[0])}"))
        quantization.swapAt(0, 1)
        let live = try await cluster.get(.deployment, "chat-predictor")
        return live?.labels["app.kubernetes.io/managed-by"] == "podium"
      }
    }
  }

  @Test func `is left to its writer where the way in would be, while the servers are made`() async throws {
    try await OperatedCluster.with(gatewayURL: "http://podium.tenant-a.svc:8080") { cluster in
      func service(_ port: Int) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: chat-gateway, namespace: tenant-a}
        spec: {selector: {app: theirs}, ports: [{port: \(port)}]}
        """
      }
      try await cluster.apply(.service, service(80))
      try await cluster.apply(.modelDeployment, Self.deployment(", exposure: {type: NodePort}"))
      try await eventually("the conflict is said", within: .seconds(60)) {
        try await cluster.condition("Exposed").hasPrefix("False Conflicted The Service chat-gateway")
      }
      #expect(try await cluster.get(.deployment, "chat-predictor") != nil)
      // The other writer goes on; each change makes the operator look again.
      for port in 81...84 { try await cluster.apply(.service, service(port)) }
      try await cluster.apply(.modelDeployment, Self.deployment(", exposure: {type: LoadBalancer}"))
      try await eventually("the change was looked at", within: .seconds(60)) {
        let deployment = try await cluster.get(.modelDeployment, "chat")
        return deployment?[["status", "observedGeneration"]]?.int == deployment?.generation
      }
      let live = try #require(try await cluster.get(.service, "chat-gateway"))
      #expect(live.ownerReferences.isEmpty && live[["spec", "selector"]] == ["app": "theirs"])
      #expect(live[["spec", "ports"]]?[0]?["port"]?.int == 84)
      #expect((live[["metadata", "managedFields"]]?.array ?? []).allSatisfy { $0["manager"]?.string == "somebody" })
      #expect(try await cluster.condition("Exposed").hasPrefix("False Conflicted"))
    }
  }
}
