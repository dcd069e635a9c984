import ControllerRuntime
import Foundation
import Kubernetes
import Logging
import Planning
import QoSAPI
import Reconciliation
import ServiceLifecycle

/// The reconcile loop: watches, decides with the pure functions of `Reconciliation`, performs, and keeps the data planes current.
///
///     informers ▶ stores ─┬▶ publisher (every replica) ▶ TrafficPolicy ▶ data planes
///                         └▶ controllers (the leader) ▶ decide(key, observed) ▶ executor ▶ API server
package final class Operator: Service {
  /// Writes a second at the most. A ModelDeployment takes about six; the API server's own priority and fairness does the rest.
  private static let writesPerSecond = 300.0

  private let client: Client
  private let elector: LeaderElector
  let stores = StoreSet(WatchedTypes.all, optional: WatchedTypes.optional, selections: WatchedTypes.selections)
  private let events: EventRecorder
  private let executor: Executor
  private let gateways: any Gateways
  private let publisher: PolicyPublisher
  private let recorder: OutcomeRecorder?
  private let knowledge: Knowledge
  let configuration: OperatorConfiguration
  let logger: Logger
  package let metrics = RuntimeMetrics()

  /// - Parameters:
  ///   - transport: to the API server, for all but the lease.
  ///   - leaseTransport: another connection, so that a sick watch cannot cost leadership.
  package init(
    transport: any Transport, leaseTransport: any Transport, gateways: any Gateways, knowledge: Knowledge,
    configuration: OperatorConfiguration, logger: Logger
  ) {
    client = Client(transport, gate: RateGate(rate: Self.writesPerSecond, burst: Int(Self.writesPerSecond) * 2))
    events = EventRecorder(
      client, controller: configuration.settings.controllerName, instance: configuration.identity, metrics: metrics, logger: logger)
    executor = Executor(
      client, stores: stores, events: events, guarded: Set(WatchedTypes.owned),
      foreign: ForeignObjects(memory: configuration.conflictMemory), metrics: metrics)
    elector = LeaderElector(
      Client(leaseTransport), lease: configuration.lease, identity: configuration.identity, metrics: metrics, logger: logger)
    self.gateways = gateways
    publisher = PolicyPublisher(stores: stores, gateways: gateways, settings: configuration.settings, metrics: metrics, logger: logger)
    let stores = stores
    // The shipped facts cannot be added to.
    recorder = configuration.facts.flatMap { facts in
      facts.location == .shipped ? nil : OutcomeRecorder(stores, logger: logger) { try await facts.record(learned: $0) }
    }
    self.knowledge = knowledge
    self.configuration = configuration
    self.logger = logger
    metrics.declare(stores)
  }

  /// Runs until graceful shutdown or cancellation; then running reconciles end and the lease is given back.
  package func run() async throws {
    await cancelWhenGracefulShutdown {
      await self.operate()
    }
  }

  private func operate() async {
    let controllers = self.controllers()
    let publishing = publishing(waking: controllers)
    wire(controllers, publishing)
    await withDiscardingTaskGroup { group in
      group.addTask { await self.stores.run(self.client, metrics: self.metrics) }
      group.addTask { await self.events.run() }
      group.addTask {
        guard (try? await self.stores.waitUntilSynced()) != nil else { return }
        await publishing.run()
      }
      group.addTask { await self.sample(waking: controllers) }
      group.addTask { await self.refreshFacts(waking: controllers) }
      group.addTask {
        guard (try? await self.stores.waitUntilSynced()) != nil else { return }
        await self.elector.run {
          await self.gateways.lead(true)
          await controllers.run()
          await self.gateways.lead(false)
        }
      }
    }
  }

  // MARK: Deciding

  private func observed() -> Observed {
    var settings = configuration.settings
    settings.gatewayURLs.merge(publisher.urls) { $1 }
    let facts = configuration.facts?.current
    return Observed(
      snapshot: executor.foreign.added(to: stores.snapshot()), knowledge: facts?.knowledge ?? knowledge,
      factsTrouble: facts?.trouble.map { FactsTrouble(message: $0.text, since: $0.since.formatted(.iso8601)) },
      programmed: publisher.programmed, settings: settings,
      now: Date.now.formatted(.iso8601))
  }

  private func controllers() -> Controllers {
    let (executor, stores) = (executor, stores)
    func controller(
      _ name: String, _ type: ResourceType, _ decide: @escaping @Sendable (ObjectKey, Observed) -> Decision
    ) -> Controller {
      Controller(name, workers: configuration.workers, metrics: metrics, logger: logger) { [weak self] key in
        guard let self else { return nil }
        // The change that shows our last status wakes this key; the time is for a watch that has to begin anew.
        if executor.isBehind(type, key) { return .seconds(1) }
        let decision = decide(key, observed())
        do {
          try await executor.perform(decision)
        } catch let error as ExecutionError where error.isForeign {
          logger.warning("\(error)")
          // The next look sees whose it is, and the status says so.
          return .milliseconds(100)
        }
        if stores[type]?[key] == nil { executor.forget(type, key) }
        return decision.requeueAfter
      }
    }
    return Controllers(
      modelDeployments: controller("modeldeployment", .modelDeployment) { ModelDeploymentReconciler.decide($0, $1) },
      qosPolicies: controller("qospolicy", .qosPolicy) { QoSPolicyReconciler.decide($0, $1) },
      authPolicies: controller("authpolicy", .authPolicy) { AuthPolicyReconciler.decide($0, $1) })
  }

  // MARK: Data planes

  private func publishing(waking controllers: Controllers) -> Controller {
    let (publisher, stores) = (publisher, stores)
    return Controller("trafficpolicy", workers: 1, metrics: metrics, logger: logger) { key in
      guard let namespace = key.namespace, let pools = await publisher.publish(namespace) else { return nil }
      controllers.wake(namespace, pools, stores)
      return nil
    }
  }

  private func sample(waking controllers: Controllers) async {
    while (try? await Task.sleep(for: configuration.samplingPeriod)) != nil {
      for (namespace, pools) in await publisher.sample() { controllers.wake(namespace, pools, stores) }
      if elector.isLeading { await recorder?.record(publisher.programmed) }
    }
  }

  /// What is known of the cluster now.
  package var snapshot: Snapshot { stores.snapshot() }

  // MARK: Health

  /// Ready once every cache is filled; which replica leads does not matter, since each one serves.
  package func readiness() -> AdminEndpoints.Readiness {
    let missing = stores.unsynced
    var lines = missing.isEmpty ? ["ok caches"] : missing.map { "waiting for the first list of \($0.type)\(Self.cause($0.problem))" }
    lines += stores.forbidden.map { "without \($0.type)\(Self.cause($0.problem))" }
    if elector.isLeading {
      lines.append("ok leading")
    } else if let problem = elector.problem {
      lines.append("following, for the lease cannot be had: \(problem)")
    } else {
      lines.append("ok following \(elector.holder ?? "nobody yet")")
    }
    return AdminEndpoints.Readiness(isReady: missing.isEmpty, lines: lines)
  }

  private static func cause(_ problem: KubeError?) -> String { problem.map { ": \($0)" } ?? "" }

  /// Prometheus' text format.
  package func metricsPage() -> String { MetricsPage.text(metrics.samples) }
}
