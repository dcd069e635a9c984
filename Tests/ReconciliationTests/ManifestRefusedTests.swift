import JSON
import Kubernetes
import Planning
import QoSAPI
import Reconciliation
import Testing
import YAML

/// A generated object that fails its schema never reaches the cluster.
@Suite("A manifest that fails its audit")
struct ManifestRefusedTests {
  /// The catalogue's label of the accelerator is what a node selector gets: this one no node can have.
  private static func decision(nodeLabel: String) throws -> Decision {
    let documents = try YAMLParser.documents(
      """
      apiVersion: qos.maas.io/v1
      kind: ModelDeployment
      metadata: {name: chat, namespace: tenant-a, uid: uid-chat, generation: 3}
      spec: {useCase: chatbot_conversational, traffic: {expectedQPS: 6}}
      ---
      given: {kind: ModelDeployment, name: chat}
      """)
    let fixture = try ObservedFixture(documents)
    var observed = fixture.observed
    let known = observed.knowledge
    observed.knowledge = Knowledge(
      useCases: known.useCases,
      accelerators: known.accelerators.map { accelerator in
        var accelerator = accelerator
        accelerator.nodeLabel = nodeLabel
        return accelerator
      }, models: known.models, benchmarks: known.benchmarks, quality: known.quality)
    return ModelDeploymentReconciler.decide(fixture.key, observed)
  }

  private static func kinds(_ decision: Decision) -> [String] {
    decision.actions.compactMap { if case .apply(let type, _, _) = $0 { type.kind } else { nil } }
  }

  @Test func `is not written, and a condition and an event name the field`() throws {
    let decision = try Self.decision(nodeLabel: "NVIDIA H100 (80GB)")
    #expect(!Self.kinds(decision).contains("InferenceService"))
    let status = try #require(
      decision.actions.compactMap { if case .applyStatus(_, let object, _) = $0 { object } else { nil } }.first)
    let applied = try #require(status.conditions.first { $0.type == "Applied" })
    #expect(applied.status == .no && applied.reason == "ManifestRefused")
    #expect(applied.message.contains("spec.predictor.nodeSelector[nvidia.com/gpu.product]"), "\(applied.message)")
    #expect(applied.message.contains("NVIDIA H100 (80GB)"))
    let event = decision.actions.compactMap { if case .event(let note) = $0 { note } else { nil } }
      .first { $0.reason == "ManifestRefused" }
    #expect(event?.note.contains("nodeSelector") == true)
  }

  @Test func `stops nothing when there is nothing wrong with it`() throws {
    #expect(Self.kinds(try Self.decision(nodeLabel: "NVIDIA-H100-80GB-HBM3")).contains("InferenceService"))
  }
}
