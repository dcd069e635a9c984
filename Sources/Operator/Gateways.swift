import Reconciliation
import Scheduling

/// The data planes, one a namespace, as the operator sees them: it hands over values and reads figures. Whoever wires the program
/// says how they run, in this process or as Deployments of their own.
package protocol Gateways: Sendable {
  /// Puts a policy into force; the first one of a namespace starts its data plane. Throws when it is refused: then the last one
  /// stays in force.
  func apply(_ policy: TrafficPolicy, namespace: String) async throws

  /// How the pools of a namespace do, by name, and how far the policy applied last has come. For data planes of other processes; where
  /// nothing else is said, what was applied is in force, and the pools are `figures`.
  func report(namespace: String) async -> GatewayReport

  /// This replica leads from now on, or does no longer: what is written to the cluster is the leader's to write.
  func lead(_ isLeading: Bool) async

  /// How the pools of a namespace do, by name; empty when there is no data plane.
  func figures(namespace: String) async -> [String: PoolFigures]

  /// Where callers reach each namespace's data plane: a URL without a path.
  func urls() async -> [String: String]
}
