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
    var compiled: [String: CompiledPolicy] = [:]
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
      logger.error(
        "the data plane refused a policy; the last one stays in force", metadata: ["namespace": "\(namespace)", "error": "\(error)"])
      state.withLock { $0.programmed[namespace, default: ProgrammedPolicy(revision: "")].problem = "\(error)" }
    }
    metrics.set("policy_refused", ["policy_namespace": namespace], to: programmed[namespace]?.problem == nil ? 0 : 1)
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
    let figures = await gateways.figures(namespace: namespace)
    state.withLock { state in
      state.compiled[namespace] = compiled
      state.urls = urls
      var programmed = state.programmed[namespace] ?? ProgrammedPolicy(revision: "")
      programmed.revision = compiled.traffic.revision
      programmed.policyGenerations = compiled.policyGenerations
      programmed.problem = nil
      programmed.pools = figures
      state.programmed[namespace] = programmed
    }
    logger.debug("policy in force", metadata: ["namespace": "\(namespace)", "revision": "\(compiled.traffic.revision)"])
  }

  /// Takes the data planes' figures over. Returns the pools whose figures changed, by namespace.
  func sample() async -> [String: Set<String>] {
    var changed: [String: Set<String>] = [:]
    for (namespace, programmed) in programmed {
      let figures = await gateways.figures(namespace: namespace)
      let pools = Set(figures.keys).union(programmed.pools.keys).filter { figures[$0] != programmed.pools[$0] }
      guard !pools.isEmpty else { continue }
      state.withLock { $0.programmed[namespace]?.pools = figures }
      changed[namespace] = pools
    }
    return changed
  }
}
