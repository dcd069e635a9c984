import ControllerRuntime
import Kubernetes
import Logging
import Reconciliation
import Scheduling
import Synchronization

/// Compiles the policy of a namespace and hands it to the data plane; remembers what is in force there.
///
/// Every replica of the operator does this, leader or not: each runs data planes.
final class PolicyPublisher: Sendable {
  private struct State {
    /// What was handed over last.
    var compiled: [String: CompiledPolicy] = [:]
    /// Why what should have been handed over was not taken.
    var refusals: [String: String] = [:]
    var programmed: [String: ProgrammedPolicy] = [:]
    var urls: [String: String] = [:]
  }

  private let stores: StoreSet
  private let gateways: any Gateways
  private let settings: OperatorSettings
  private let metrics: RuntimeMetrics
  private let logger: Logger
  private let state = Mutex(State())

  init(
    stores: StoreSet, gateways: any Gateways, settings: OperatorSettings, metrics: RuntimeMetrics = RuntimeMetrics(), logger: Logger
  ) {
    self.stores = stores
    self.gateways = gateways
    self.settings = settings
    self.metrics = metrics
    self.logger = logger
  }

  /// What each data plane runs.
  var programmed: [String: ProgrammedPolicy] { state.withLock { $0.programmed } }
  /// Where each data plane is.
  var urls: [String: String] { state.withLock { $0.urls } }

  /// Compiles and hands over. Returns the pools whose part changed, by name; `nil` when nothing did.
  func publish(_ namespace: String) async -> Set<String>? {
    let snapshot = stores.snapshot()
    let previous = state.withLock { $0.compiled[namespace] }
    let isEmpty = snapshot.objects(of: .modelDeployment, in: namespace).isEmpty && snapshot.objects(of: .qosPolicy, in: namespace).isEmpty
    guard previous != nil || !isEmpty else { return nil }
    let compiled = PolicyCompiler.compile(namespace: namespace, snapshot: snapshot, settings: settings, previous: previous)
    if let previous, previous.traffic == compiled.traffic, previous.policyGenerations == compiled.policyGenerations {
      // What is remembered beside the policy may have changed all the same.
      state.withLock { $0.compiled[namespace] = compiled }
      return nil
    }
    for diagnostic in compiled.diagnostics where previous?.diagnostics.contains(diagnostic) != true {
      logger.warning("\(diagnostic)", metadata: ["namespace": "\(namespace)"])
    }
    do {
      try await gateways.apply(compiled.traffic, namespace: namespace)
      await remember(compiled, namespace)
    } catch {
      let isNew = state.withLock { $0.refusals.updateValue("\(error)", forKey: namespace) } != "\(error)"
      if isNew {
        logger.error(
          "the data plane refused a policy; the last one stays in force", metadata: ["namespace": "\(namespace)", "error": "\(error)"])
      }
      settle(namespace, await gateways.report(namespace: namespace))
    }
    return Self.changedPools(previous?.traffic.pools ?? [], compiled.traffic.pools)
  }

  /// Statuses show where a pool's servers are and by which names it is asked for, not who goes first in it: a changed QoSPolicy
  /// wakes no ModelDeployment.
  private static func changedPools(_ before: [PoolPolicy], _ after: [PoolPolicy]) -> Set<String> {
    let known = Dictionary(before.map { ($0.name, $0) }) { first, _ in first }
    let gone = Set(known.keys).subtracting(after.map(\.name))
    let changed = after.filter { pool in known[pool.name].map { $0.backends != pool.backends || $0.models != pool.models } ?? true }
    return gone.union(changed.map(\.name))
  }

  private func remember(_ compiled: CompiledPolicy, _ namespace: String) async {
    let urls = await gateways.urls()
    state.withLock { state in
      state.compiled[namespace] = compiled
      state.refusals[namespace] = nil
      state.urls = urls
    }
    settle(namespace, await gateways.report(namespace: namespace))
    logger.debug("policy handed over", metadata: ["namespace": "\(namespace)", "revision": "\(compiled.traffic.revision)"])
  }

  /// Takes over what a data plane says of itself. Returns the pools whose figures changed; `nil` when nothing did.
  @discardableResult
  private func settle(_ namespace: String, _ report: GatewayReport) -> Set<String>? {
    let (before, after) = state.withLock { state in
      let before = state.programmed[namespace] ?? ProgrammedPolicy(revision: "")
      var after = before
      after.pools = report.pools
      after.problem = state.refusals[namespace]
      after.pending = nil
      switch report.standing {
      case .inForce:
        after.revision = state.compiled[namespace]?.traffic.revision ?? after.revision
        after.policyGenerations = state.compiled[namespace]?.policyGenerations ?? after.policyGenerations
      case .pending(let reason): after.pending = reason
      case .refused(let reason): after.problem = after.problem ?? reason
      }
      state.programmed[namespace] = after
      return (before, after)
    }
    metrics.set("policy_refused", ["policy_namespace": namespace], to: after.problem == nil ? 0 : 1)
    metrics.set("policy_pending", ["policy_namespace": namespace], to: after.pending == nil ? 0 : 1)
    guard before != after else { return nil }
    return Set(after.pools.keys).union(before.pools.keys).filter { after.pools[$0] != before.pools[$0] }
  }

  /// Takes the data planes' figures over. Returns the pools whose figures changed, by namespace.
  func sample() async -> [String: Set<String>] {
    var changed: [String: Set<String>] = [:]
    for namespace in programmed.keys {
      if let pools = settle(namespace, await gateways.report(namespace: namespace)) { changed[namespace] = pools }
    }
    return changed
  }
}
