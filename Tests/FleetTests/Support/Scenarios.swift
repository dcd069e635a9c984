import Fleet
import Scheduling
import Simulation

extension FleetScenario {
  /// Three proxies, three servers of four places, 200 ms a request; every client asks again as soon as it is answered.
  static func saturated(
    clients: [Int], tier: String = "premium", servers: Int = 3, places: Int = 4, seconds: Double = 20, seed: UInt64
  ) -> FleetScenario {
    var scenario = FleetScenario(
      servers: (0..<servers).map { _ in ServerModel(maximumSequences: places, firstToken: .milliseconds(200), jitter: 0.2) },
      traffic: clients.map { $0 > 0 ? [Traffic(tier: tier, arrivals: .closedLoop(clients: $0, think: .zero))] : [] },
      duration: Duration(inSeconds: seconds), reportInterval: .milliseconds(100), seed: seed)
    scenario.warmUp = .seconds(3)
    return scenario
  }
}

extension FleetReport {
  var summary: String {
    let rows = proxies.enumerated().map { index, proxy in
      let tiers = proxy.tiers.filter { $0.arrived > 0 }.map { tier in
        let p50 = Self.milliseconds(tier.waits.percentile(50))
        let p99 = Self.milliseconds(tier.waits.percentile(99))
        return "\(tier.name) served \(tier.served) refused \(tier.refused + tier.evicted) wait p50 \(p50) p99 \(p99)"
      }
      return "proxy \(index): \(tiers.joined(separator: "; "))"
    }
    let used = (utilisation * 1000).rounded() / 10
    let queued = (queuedAtServers * 1000).rounded() / 10
    let over = (overCommitted * 1000).rounded() / 10
    return rows.joined(separator: "\n")
      + "\nutilisation \(used) %, queued at servers \(queued) %, longest \(longestServerQueue), over-committed \(over) % of the time"
  }

  private static func milliseconds(_ seconds: Double) -> String { "\((seconds * 10_000).rounded() / 10) ms" }
}
