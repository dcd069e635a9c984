import JSON
import Kubernetes
import Reconciliation
import Testing

/// Two writers of one field: a person once, a controller for ever.
@Suite("What somebody changed of our objects")
struct RestorationTests {
  typealias Life = DeploymentLifecycleTests

  /// One more write by the other, `minutes` and `seconds` after ten o'clock, and what is decided then.
  private static func contend(_ observed: inout Observed, at time: String, field: String = "maxReplicas", value: JSONValue = 50) -> Decision
  {
    observed.now = "2026-11-21T10:\(time)Z"
    let now = observed.now
    Life.edit(&observed, .inferenceService) {
      $0[["spec", "predictor", field]] = value
      $0[["metadata", "managedFields"]] = [
        ["manager": "podium", "operation": "Apply", "time": "2026-11-21T10:59:59Z"],
        ["manager": "old-tool", "operation": "Update", "time": "2026-11-01T00:00:00Z"],
        ["manager": "cost-saver", "operation": "Update", "time": .string(now)],
        ["manager": "kserve", "operation": "Update", "subresource": "status", "time": "2026-11-21T10:59:59Z"],
      ]
    }
    return ModelDeploymentReconciler.decide(Life.key, observed)
  }

  @Test("is set back three times in ten minutes, then left to the other, who is named with the field; the servers stay Ready")
  func contest() throws {
    var observed = try Life.observed()
    Life.settle(&observed)
    Life.serve(&observed)
    Life.settle(&observed)
    for time in ["00:10", "00:20", "00:30"] {
      let decision = Self.contend(&observed, at: time)
      #expect(Life.applied(decision) == ["InferenceService"])
      observed.snapshot.perform(decision)
      #expect(Life.condition(observed, "Applied")?.status == .yes)
    }
    let decision = Self.contend(&observed, at: "00:40")
    #expect(Life.applied(decision).isEmpty)
    #expect(Life.events(decision) == ["Contested"])
    #expect(decision.requeueAfter != nil, "nobody else may wake it when the ten minutes are over")
    observed.snapshot.perform(decision)
    let applied = try #require(Life.condition(observed, "Applied"))
    #expect(applied.status == .no && applied.reason == "Contested")
    for words in ["\"cost-saver\" writes spec.predictor.maxReplicas", "InferenceService chat", "3 times since 2026-11-21T10:00:10Z"] {
      #expect(applied.message.contains(words), "\(applied.message)")
    }
    #expect(Life.condition(observed, "Ready")?.status == .yes)
    #expect(observed.snapshot[.inferenceService, Life.key]?[["spec", "predictor", "maxReplicas"]] == 50)
    #expect(ModelDeploymentReconciler.decide(Life.key, observed).actions.isEmpty, "nor does it fight over the status")
  }

  @Test("is set back again once the ten minutes are over, and counted anew")
  func window() throws {
    var observed = try Life.observed()
    Life.settle(&observed)
    for time in ["00:10", "00:20", "00:30", "00:40"] { observed.snapshot.perform(Self.contend(&observed, at: time)) }
    let decision = Self.contend(&observed, at: "10:10")
    #expect(Life.applied(decision) == ["InferenceService"])
    observed.snapshot.perform(decision)
    #expect(Life.condition(observed, "Applied")?.status == .yes)
    #expect(
      observed.snapshot[.inferenceService, Life.key]?.annotations["qos.maas.io/restored"] == "1 since 2026-11-21T10:10:10Z")
  }

  @Test("does not keep a new plan from being written")
  func newPlan() throws {
    var observed = try Life.observed()
    Life.settle(&observed)
    for time in ["00:10", "00:20", "00:30", "00:40"] { observed.snapshot.perform(Self.contend(&observed, at: time)) }
    Life.edit(&observed) {
      $0[["spec", "traffic", "expectedQPS"]] = 20
      $0[["metadata", "generation"]] = 2
    }
    let decision = ModelDeploymentReconciler.decide(Life.key, observed)
    #expect(Life.applied(decision).contains("InferenceService"))
    observed.snapshot.perform(decision)
    #expect(observed.snapshot[.inferenceService, Life.key]?.annotations["qos.maas.io/restored"] == nil)
  }

  @Test("names nobody where nobody is known, and begins to count again where its note is no note of ours")
  func garbled() throws {
    var observed = try Life.observed()
    Life.settle(&observed)
    for note in ["many", "0 since 2026-11-21T10:00:00Z", "9 since yesterday", "9 since 2027-01-01T00:00:00Z"] {
      Life.edit(&observed, .inferenceService) {
        $0[["spec", "predictor", "maxReplicas"]] = 50
        $0[["metadata", "annotations", "qos.maas.io/restored"]] = .string(note)
      }
      #expect(Life.applied(ModelDeploymentReconciler.decide(Life.key, observed)) == ["InferenceService"], "\(note)")
    }
    Life.edit(&observed, .inferenceService) {
      $0[["metadata", "annotations", "qos.maas.io/restored"]] = "3 since 2026-11-21T09:59:00Z"
    }
    observed.snapshot.perform(ModelDeploymentReconciler.decide(Life.key, observed))
    #expect(Life.condition(observed, "Applied")?.message.hasPrefix("somebody writes spec.predictor.maxReplicas") == true)
  }
}
