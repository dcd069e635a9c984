import ExternalScaler
import Kubernetes

/// The demand of all operators' embedded data planes together: KEDA asks any one of them, and callers are with all.
///
/// ```
/// KEDA ─▶ one operator ─ its own data planes ─┐
///                └─ /demand of every other ───┴─▶ the sum
/// ```
actor FleetDemand: DemandSource {
  /// Answers that are younger are not asked for again: KEDA's streams look several times a second.
  private static let freshness: Duration = .milliseconds(500)

  private let own: @Sendable () async -> DemandPage
  /// Where the health ports of all operators are, this one's among them; empty where this is the only one.
  private let peers: @Sendable () -> [ProxyAddresses.Address]
  private let client: FiguresClient
  private var others = LastWords<DemandPage>()
  private var asked: (time: ContinuousClock.Instant, answers: Task<[ProxyAddresses.Address: DemandPage], Never>)?

  init(
    client: FiguresClient = FiguresClient(), own: @escaping @Sendable () async -> DemandPage,
    peers: @escaping @Sendable () -> [ProxyAddresses.Address]
  ) {
    self.client = client
    self.own = own
    self.peers = peers
  }

  func demand(namespace: String, model: String) async -> Demand? {
    let addresses = peers()
    let answers = addresses.isEmpty ? [:] : await answers(addresses)
    let mine = await own()
    let theirs = others.take(answers, asked: addresses).filter { $0.instance != mine.instance }
    let parts = ([mine] + theirs).compactMap { $0.models[namespace]?[model] }
    return parts.isEmpty ? nil : parts.reduce(Demand(inFlight: 0, waiting: [:])) { $0 + $1 }
  }

  /// Once nobody asks any more.
  func shutdown() async { await client.shutdown() }

  private func answers(_ addresses: [ProxyAddresses.Address]) async -> [ProxyAddresses.Address: DemandPage] {
    if let asked, asked.time.duration(to: .now) < Self.freshness { return await asked.answers.value }
    let client = client
    let answers = Task { await client.pages(addresses, DemandPage.path).compactMapValues { DemandPage(json: $0) } }
    asked = (.now, answers)
    return await answers.value
  }
}
