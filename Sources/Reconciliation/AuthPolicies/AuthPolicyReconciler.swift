import Kubernetes
import QoSAPI

/// Kuadrant's AuthPolicies are read and never written: what was understood is an Event on them, and part of the status of the
/// namespace's QoSPolicies (``TierSource``).
package enum AuthPolicyReconciler {
  package static func decide(_ key: ObjectKey, _ observed: Observed) -> Decision {
    guard let object = observed.snapshot[.authPolicy, key], !object.isBeingDeleted, let namespace = key.namespace else { return .nothing }
    let source = TierSource(AuthPolicy(object))
    let policies = observed.snapshot.objects(of: .qosPolicy, in: namespace)
    // Nothing of the AuthPolicy itself may remember what was said, so the statuses do.
    guard !policies.isEmpty, !policies.contains(where: { isTold(source, on: $0) }) else { return .nothing }
    let note = EventNote(
      source.isReady ? .normal : .warning, reason: source.reason, action: "Classify", note: StatusUpdate.note(source.message),
      regarding: object)
    return Decision([.event(note)])
  }

  private static func isTold(_ source: TierSource, on policy: KubeObject) -> Bool {
    let told = policy[["status", "tierSources"]]?.array ?? []
    return told.contains { $0["name"]?.string == source.policy.name && $0["reason"]?.string == source.reason }
  }
}
