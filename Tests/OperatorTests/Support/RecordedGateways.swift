import Operator
import Reconciliation
import Scheduling
import Synchronization

/// A data plane that enforces whatever it is given, and counts its servers.
final class RecordedGateways: Gateways {
  private let state = Mutex<[String: TrafficPolicy]>([:])

  func policy(_ namespace: String) -> TrafficPolicy? { state.withLock { $0[namespace] } }

  func apply(_ policy: TrafficPolicy, namespace: String) async throws { state.withLock { $0[namespace] = policy } }

  func figures(namespace: String) async -> [String: PoolFigures] {
    let pools = policy(namespace)?.pools ?? []
    return Dictionary(pools.map { ($0.name, PoolFigures(backends: $0.backends.count)) }) { first, _ in first }
  }

  func urls() async -> [String: String] { [:] }
}
