import Kubernetes
import Manifests
import Planning
import Scheduling

extension PlannedStart {
  /// What the plan in the status of a ModelDeployment expects of one replica; `nil` without a plan.
  ///
  /// From the means of the row behind the plan. Where it holds none: the requests in progress by Little's law from the rate and the whole
  /// answer, at p95 for want of a mean, which is rather much of both.
  init?(_ deployment: KubeObject) {
    guard let plan = CapacityPlan(statusJSON: deployment[["status", "plan"]]) else { return nil }
    let milliseconds: Double
    let batch: Double
    if let typical = plan.typical {
      milliseconds = typical.ttft + typical.itl * Double(plan.traffic.profile.outputTokens - 1)
      batch = typical.batch
    } else {
      milliseconds = plan.predicted.e2e
      batch = plan.requestsPerSecondPerReplica * plan.predicted.e2e / 1000
    }
    guard milliseconds.isFinite, milliseconds > 0, batch.isFinite, batch < 1e6 else { return nil }
    self.init(concurrency: Int(batch.rounded(.up)), serviceTime: .milliseconds(Int(max(1, milliseconds.rounded()))))
  }
}
