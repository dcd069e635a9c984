import JSON
import Kubernetes
import QoSAPI
import Reconciliation
import Testing

@Suite struct `Facts whose source is gone` {
  @Test func `are a warning that tells since when, once, and goes when the source is back`() throws {
    var observed = try DeploymentLifecycleTests.observed()
    DeploymentLifecycleTests.settle(&observed)
    let plan = observed.snapshot[.modelDeployment, DeploymentLifecycleTests.key]?[["status", "plan"]]
    #expect(DeploymentLifecycleTests.condition(observed, "FactsOutdated") == nil)

    observed.factsTrouble = FactsTrouble(message: "postgres://db/facts cannot be reached", since: "2026-11-21T09:58:00Z")
    let decision = ModelDeploymentReconciler.decide(DeploymentLifecycleTests.key, observed)
    #expect(DeploymentLifecycleTests.events(decision) == ["SourceUnavailable"])
    observed.snapshot.perform(decision)
    let condition = DeploymentLifecycleTests.condition(observed, "FactsOutdated")
    #expect(condition?.status == .yes)
    #expect(condition?.message.contains("2026-11-21T09:58:00Z: postgres://db/facts cannot be reached") == true)
    #expect(observed.snapshot[.modelDeployment, DeploymentLifecycleTests.key]?[["status", "plan"]] == plan)
    #expect(ModelDeploymentReconciler.decide(DeploymentLifecycleTests.key, observed).actions.isEmpty)

    observed.factsTrouble = nil
    observed.snapshot.perform(ModelDeploymentReconciler.decide(DeploymentLifecycleTests.key, observed))
    #expect(DeploymentLifecycleTests.condition(observed, "FactsOutdated") == nil)
  }
}
