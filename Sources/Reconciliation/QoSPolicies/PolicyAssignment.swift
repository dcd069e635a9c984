import Kubernetes
import QoSAPI

/// Which QoSPolicy applies to which ModelDeployment of a namespace.
///
/// A policy with targetRefs wins over a namespace-wide one; on a tie the oldest wins, then the first by name.
struct PolicyAssignment {
  /// Every policy that can be read, the oldest first.
  private(set) var policies: [QoSPolicy] = []
  /// What is wrong with the others, by name.
  private(set) var problems: [String: FieldProblems] = [:]
  /// The policy for deployments that no other one points at.
  private(set) var namespaceWide: QoSPolicy?
  private var byDeployment: [String: QoSPolicy] = [:]
  /// Who won, by policy and then by what was contested (a deployment's name, or `""` for the namespace).
  private(set) var lost: [String: [String: String]] = [:]

  init(namespace: String, snapshot: Snapshot) {
    for object in snapshot.objects(of: .qosPolicy, in: namespace).sorted(by: Self.isOlder) where !object.isBeingDeleted {
      do {
        add(try QoSPolicy(object))
      } catch {
        problems[object.name] = error
      }
    }
  }

  /// The policy that applies to the deployment called `name`.
  func policy(for name: String) -> QoSPolicy? { byDeployment[name] ?? namespaceWide }

  private mutating func add(_ policy: QoSPolicy) {
    policies.append(policy)
    if policy.isNamespaceWide {
      if let winner = namespaceWide { lost[policy.name, default: [:]][""] = winner.name } else { namespaceWide = policy }
    }
    for target in policy.targetedDeployments {
      if let winner = byDeployment[target] {
        if winner.name != policy.name { lost[policy.name, default: [:]][target] = winner.name }
      } else {
        byDeployment[target] = policy
      }
    }
  }

  static func isOlder(_ left: KubeObject, _ right: KubeObject) -> Bool {
    (left.creationTimestamp ?? "9", left.name) < (right.creationTimestamp ?? "9", right.name)
  }
}
