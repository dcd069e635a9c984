import ControllerRuntime
import DataPlane
import Kubernetes
import Logging
import Operator
import Reconciliation
import Scheduling

/// The data plane of one namespace as a Deployment of its own: its policy goes into a Secret that the proxies mount, and what they say
/// of themselves is asked for.
///
/// ```
/// policy ─ apply ─▶ wanted ─ the leader ─▶ Secret ─ kubelet ─▶ file ─▶ proxies
///                      ▲                                                  │ /figures: revision in force or refused, counts
///                      └────────────── report ◀───────────────────────────┘
/// ```
actor DeployedGateways: Gateways {
  struct Settings: Sendable {
    /// The namespace that the data plane serves and runs in.
    var namespace: String
    /// Names of the Secret, and of the Service that finds every proxy.
    var secret: String
    var service: String
    /// How callers reach the proxies.
    var url: String
  }

  /// So often what is in the Secret is applied again, whoever has changed or deleted it.
  private static let renewal: Duration = .seconds(60)

  /// Answers that are younger are not asked for again: autoscaling looks several times a second.
  private static let freshness: Duration = .milliseconds(500)

  private struct Answers {
    var byAddress: [ProxyAddresses.Address: ProxyFigures]
    var addresses: [ProxyAddresses.Address]

    var proxies: [ProxyFigures] { byAddress.sorted { $0.key < $1.key }.map(\.value) }
    /// How many were asked.
    var asked: Int { addresses.count }
  }

  private let settings: Settings
  private let client: Client
  private let figuresClient = FiguresClient()
  private let logger: Logger
  private var snapshot: (@Sendable () -> Snapshot)?
  private var isLeading = false
  private var wanted: TrafficPolicy?
  private var written: (revision: String, time: ContinuousClock.Instant)?
  /// Why the Secret could not be written the last time.
  private var problem: String?
  private var asked: (time: ContinuousClock.Instant, answers: Task<Answers, Never>)?
  private var lastWords = LastWords<ProxyFigures>()
  private var totals = ProxyTotals()
  private var history = FigureHistory()

  init(_ settings: Settings, client: Client, logger: Logger) {
    self.settings = settings
    self.client = client
    self.logger = logger
  }

  /// - Parameter snapshot: the EndpointSlices, among others.
  func observe(_ snapshot: @escaping @Sendable () -> Snapshot) { self.snapshot = snapshot }

  func apply(_ policy: TrafficPolicy, namespace: String) async throws {
    guard namespace == settings.namespace else { throw NoDataPlane(namespace: namespace, served: settings.namespace) }
    try PolicyCheck.check(policy)
    _ = try PolicySecret.object(policy, secret)
    wanted = policy
    await write()
  }

  func lead(_ isLeading: Bool) async {
    self.isLeading = isLeading
    // Another one may have written since.
    written = nil
    await write()
  }

  func figures(namespace: String) async -> [String: PoolFigures] { await report(namespace: namespace).pools }

  func report(namespace: String) async -> GatewayReport {
    guard namespace == settings.namespace else { return GatewayReport() }
    await write()
    let answers = await answers()
    let pools = answers.proxies.isEmpty ? [:] : history.figures(totals.add(answers.proxies))
    return GatewayReport(pools: pools, standing: standing(answers.proxies, of: answers.asked))
  }

  /// The tiers of a pool at every proxy, of one that does not answer as it said last; `nil` when none knows it.
  func state(namespace: String, pool: String) async -> [ProxyFigures.Tier]? {
    guard namespace == settings.namespace else { return nil }
    let answers = await answers()
    let pools = lastWords.take(answers.byAddress, asked: answers.addresses).flatMap { $0.pools.filter { $0.name == pool } }
    return pools.isEmpty ? nil : pools.flatMap(\.tiers)
  }

  private func answers() async -> Answers {
    if let asked, asked.time.duration(to: .now) < Self.freshness { return await asked.answers.value }
    let addresses = snapshot.map { ProxyAddresses.all(of: service, $0()) } ?? []
    let figuresClient = figuresClient
    let answers = Task { Answers(byAddress: await figuresClient.figures(addresses), addresses: addresses) }
    asked = (.now, answers)
    return await answers.value
  }

  func urls() -> [String: String] { [settings.namespace: settings.url] }

  func shutdown() async { await figuresClient.shutdown() }

  private var secret: ObjectKey { ObjectKey(namespace: settings.namespace, name: settings.secret) }
  private var service: ObjectKey { ObjectKey(namespace: settings.namespace, name: settings.service) }

  /// By the leader only: a replica whose copies are older must not put an older policy in force.
  private func write() async {
    guard isLeading, let policy = wanted else { return }
    if let written, written.revision == policy.revision, written.time.duration(to: .now) < Self.renewal { return }
    do {
      try await client.apply(.secret, try PolicySecret.object(policy, secret), manager: PolicySecret.manager)
      if written?.revision != policy.revision {
        logger.info("policy written for the data plane", metadata: ["secret": "\(secret)", "revision": "\(policy.revision)"])
      }
      written = (policy.revision, .now)
      problem = nil
    } catch {
      let text = "the Secret \(secret) cannot be written: \(error)"
      if problem != text { logger.error("\(text)") }
      problem = text
    }
  }

  private func standing(_ proxies: [ProxyFigures], of count: Int) -> GatewayReport.Standing {
    guard let wanted else { return .pending("no policy has been handed over yet") }
    if let refused = proxies.compactMap(\.refusal).first, proxies.contains(where: { $0.revision != wanted.revision }) {
      return .refused(refused)
    }
    let taken = proxies.count { $0.revision == wanted.revision }
    if count > 0, taken == count { return .inForce }
    if let problem { return .pending(problem) }
    return .pending(
      count == 0
        ? "no proxy runs: see the pods behind the Service \(service)"
        : "\(taken) of \(count) proxies say that they enforce it; a mounted Secret arrives within about a minute")
  }

  /// The chart makes one data plane, for one namespace.
  struct NoDataPlane: Error, CustomStringConvertible {
    let namespace: String
    let served: String

    var description: String {
      "no data plane runs for namespace \(namespace): with dataPlane.mode deployment there is one, for \(served) (dataPlane.namespace); "
        + "with dataPlane.mode embedded the operator's pods serve every namespace"
    }
  }
}
