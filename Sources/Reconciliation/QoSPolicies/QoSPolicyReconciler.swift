import JSON
import Kubernetes
import QoSAPI

/// QoSPolicy → its status: whether it is accepted, whether the data plane runs it, and how its tiers do.
///
/// It writes nothing else: enforcing is the data plane's, which gets the policy through ``PolicyCompiler``.
package enum QoSPolicyReconciler {
  /// How often the figures of the status are looked at, besides at every change.
  static let figuresEvery = Duration.seconds(15)

  package static func decide(_ key: ObjectKey, _ observed: Observed) -> Decision {
    guard let object = observed.snapshot[.qosPolicy, key], !object.isBeingDeleted, let namespace = key.namespace else { return .nothing }
    let judged = PolicyCase(object, namespace: namespace, observed)
    let update = StatusUpdate(
      type: .qosPolicy, object: object, status: judged.status, conditions: judged.conditions,
      eventActions: ["Accepted": "Accept", "Programmed": "Program", "PriorityInversion": "Accept", "TierSourceReady": "Classify"],
      silent: ["Pending", "NotAccepted"], warnings: ["PriorityInversion"])
    return Decision(update.actions(now: observed.now), requeueAfter: judged.programmed == nil ? nil : figuresEvery)
  }
}
