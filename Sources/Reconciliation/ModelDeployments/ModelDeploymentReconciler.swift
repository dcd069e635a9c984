import JSON
import Kubernetes
import Manifests
import Planning
import QoSAPI

/// ModelDeployment → plan → InferenceService, ScaledObject and PodMonitor, and a status that says what came of it.
///
///     read ─▶ plan (sticky) ─▶ audit ─▶ approve ─▶ render ─▶ diff ─▶ judge what the cluster reports ─▶ status and events
///
/// What cannot go on stops there; what runs already keeps running.
package enum ModelDeploymentReconciler {
  /// How often measured latencies are looked at, besides at every change.
  static let figuresEvery = Duration.seconds(30)

  /// How often it is tried again to make what somebody else has made; nobody tells when that goes.
  static let conflictEvery = Duration.seconds(60)

  /// How often a canary is looked at.
  static let canaryEvery = Duration.seconds(5)

  package static func decide(_ key: ObjectKey, _ observed: Observed) -> Decision {
    guard let object = observed.snapshot[.modelDeployment, key], !object.isBeingDeleted else {
      return Decision(GrantStep(namespace: key.namespace ?? "default", observed).writes)
    }
    let judged = DeploymentCase(object, observed)
    let update = StatusUpdate(
      type: .modelDeployment, object: object, status: judged.status,
      conditions: judged.conditions + [judged.factsOutdated].compactMap { $0 },
      eventActions: [
        "Planned": "Plan", "Applied": "Apply", "Ready": "Serve", "SLOMet": "Measure", "AsPredicted": "Compare", "FactsOutdated": "Plan",
        "Autoscaled": "Scale", "Exposed": "Expose",
      ],
      silent: ["NotPlanned", "Starting", "Loading", "WaitingForServers"], harmless: ["AwaitingApproval"],
      warnings: ["FactsOutdated"])
    let writes = (judged.applying?.writes ?? []) + judged.rollout.writes
    return Decision(
      writes + update.actions(now: observed.now) + judged.planEvents + judged.rollout.events, requeueAfter: lookAgain(judged))
  }

  private static func lookAgain(_ judged: DeploymentCase) -> Duration? {
    if judged.rollout.state?.hasServers == true { return canaryEvery }
    if judged.isConflicted { return conflictEvery }
    return judged.figures != nil || judged.applying?.contest != nil ? figuresEvery : nil
  }
}
