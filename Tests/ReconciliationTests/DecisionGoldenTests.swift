import JSON
import Kubernetes
import QoSAPI
import Reconciliation
import TestKit
import Testing

@Suite("A reconciler")
struct DecisionGoldenTests {
  static let cases = GoldenCase.all(in: "Tests/ReconciliationTests/Cases")

  @Test("decides what the golden file says", arguments: cases)
  func golden(_ golden: GoldenCase) throws {
    let difference = try golden.difference(from: ObservedFixture(golden.input()).decision.documents)
    #expect(difference == nil)
  }

  @Test("decides nothing more once its decision has been performed", arguments: cases)
  func settles(_ golden: GoldenCase) throws {
    let fixture = try ObservedFixture(golden.input())
    var observed = fixture.observed
    observed.snapshot.perform(fixture.decision)
    observed.now = "2026-11-21T10:05:00Z"
    let again: Decision
    switch fixture.type {
    case .qosPolicy: again = QoSPolicyReconciler.decide(fixture.key, observed)
    case .modelDeployment: again = ModelDeploymentReconciler.decide(fixture.key, observed)
    // An AuthPolicy's event is remembered by the statuses of the QoSPolicies, which other decisions write.
    default: return
    }
    // One step more where the first write makes the next thing visible: an InferenceService that now exists.
    observed.snapshot.perform(again)
    #expect(!again.actions.contains { if case .apply = $0 { true } else { false } })
    let third =
      fixture.type == .qosPolicy
      ? QoSPolicyReconciler.decide(fixture.key, observed) : ModelDeploymentReconciler.decide(fixture.key, observed)
    #expect(third.actions.isEmpty)
  }
}

extension Snapshot {
  /// The cluster after the decision, as far as an API server would change it.
  mutating func perform(_ decision: Decision) {
    for action in decision.actions {
      switch action {
      case .apply(let type, let object, _):
        var stored = object
        if let before = self[type, object.key] { stored["status"] = before["status"] }
        set(type, self[type].values.filter { $0.key != object.key } + [stored])
      case .applyStatus(let type, let object, _):
        guard var stored = self[type, object.key] else { continue }
        stored["status"] = object["status"]
        set(type, self[type].values.filter { $0.key != object.key } + [stored])
      case .delete(let type, let key, _): set(type, self[type].values.filter { $0.key != key })
      case .event: break
      }
    }
  }
}
