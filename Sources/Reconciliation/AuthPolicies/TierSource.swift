import JSON
import Kubernetes
import QoSAPI

/// What was understood of one AuthPolicy: whether requests can be classified by the header that it produces.
struct TierSource {
  let policy: AuthPolicy
  let finding: Finding?

  init(_ policy: AuthPolicy) {
    self.policy = policy
    finding = Finding.first(policy, [Self.producesHeader, Self.isLowerCase, Self.isUnconditional, Self.isEnforced])
  }

  /// The AuthPolicies of a namespace, by name; none where the CRD is not installed.
  static func all(in namespace: String, _ snapshot: Snapshot) -> [TierSource] {
    snapshot.objects(of: .authPolicy, in: namespace).filter { !$0.isBeingDeleted }.map { TierSource(AuthPolicy($0)) }
  }

  var isReady: Bool { finding == nil }
  var reason: String { finding?.reason ?? "TierHeaderProduced" }
  var message: String {
    if let finding { return finding.message }
    let tiers = policy.tiers.isEmpty ? "" : " (tiers \(policy.tiers.joined(separator: ", ")))"
    return "Requests are classified by \(policy.wantedHeader), which it sets to \(policy.tierHeader?.expression ?? "")\(tiers)."
  }

  var statusJSON: JSONValue {
    [
      "name": .string(policy.name), "ready": .bool(isReady), "reason": .string(reason), "message": .string(message),
      "issuers": JSONValue(Array(policy.issuers.prefix(16))), "header": .string(policy.wantedHeader),
    ]
  }

  // MARK: Checks

  private static func producesHeader(_ policy: AuthPolicy) -> Finding? {
    guard policy.tierHeader == nil else { return nil }
    let found = policy.headers.isEmpty ? "it sets none" : "it sets \(policy.headers.map(\.name).joined(separator: ", "))"
    return Finding(
      "TierHeaderNotProduced",
      "The AuthPolicy sets no header \(policy.wantedHeader): \(found). Add rules.response.success.headers.\(policy.wantedHeader), or name "
        + "the right one in the annotation \(Names.tierHeaderAnnotation).")
  }

  /// Kuadrant's filter compares names with their case: it would add a second header beside a forged one.
  private static func isLowerCase(_ policy: AuthPolicy) -> Finding? {
    guard let name = policy.tierHeader?.name, name != name.lowercased() else { return nil }
    return Finding(
      "TierHeaderNotLowerCase",
      "The AuthPolicy writes the header as \(name); a client's own \(name.lowercased()) would survive beside it. Write it in lower case.")
  }

  private static func isUnconditional(_ policy: AuthPolicy) -> Finding? {
    guard policy.isConditional else { return nil }
    return Finding(
      "TierHeaderConditional",
      "The AuthPolicy has a `when`: where it does not hold, a client's own \(policy.wantedHeader) survives. Remove `when`, or protect the "
        + "other requests by another AuthPolicy.")
  }

  private static func isEnforced(_ policy: AuthPolicy) -> Finding? {
    guard case .pending(let reason) = policy.enforcement else { return nil }
    return Finding("NotEnforced", "Kuadrant does not enforce the AuthPolicy yet (\(reason)); its header is not trusted until it does.")
  }
}
