import Scheduling
import Simulation

/// Twice the load of a pool, 70 % free, 20 % premium and 10 % enterprise, and the same enterprise traffic with the pool to itself.
struct Overload: Sendable, CustomStringConvertible {
  enum Limits: String, Sendable, CaseIterable { case reported, inferred }

  /// How large the pool is.
  struct Size: Sendable {
    var servers: Int
    var places: Int
    var seeds: ClosedRange<UInt64>
    /// In service times, of which the first 30 warm up: the limits are found then.
    var length: Double

    static let small = Size(servers: 2, places: 8, seeds: 1...2, length: 150)
    static let medium = Size(servers: 4, places: 16, seeds: 1...1, length: 90)
    static let large = Size(servers: 8, places: 32, seeds: 1...1, length: 60)
  }

  var size: Size
  var limits: Limits
  /// Of a request of mean length in a full batch.
  var service: Duration
  /// What each further request of a batch adds to the time of all.
  var slowdown: Double
  var seed: UInt64

  var description: String {
    "\(size.servers) × \(size.places), \(limits), \(service.inSeconds) s, slowdown \(slowdown), seed \(seed)"
  }

  /// - Parameters:
  ///   - slowdown: of the servers; whatever it is, a full batch takes `service`.
  ///   - only: traffic of this tier alone.
  private func scenario(slowdown: Double, alone: Duration, only: String?) -> Scenario {
    var model = ServerModel(
      maximumSequences: size.places, firstToken: alone * 0.2, perToken: alone * 0.008, slowdown: slowdown, jitter: 0.2,
      reports: limits == .reported)
    // As vLLM: what runs and what waits, but not how much there is room for.
    model.statesMaximum = false
    let rate = 2 * Double(size.servers * size.places) / service.inSeconds
    var scenario = Scenario(
      servers: Array(repeating: model, count: size.servers), traffic: [], duration: service * size.length, reportInterval: service / 2,
      seed: seed)
    for (tier, part) in [("enterprise", 0.1), ("premium", 0.2), ("free", 0.7)] where only == nil || only == tier {
      var traffic = Traffic(tier: tier, arrivals: .poisson(perSecond: rate * part))
      traffic.outputSpread = 0.3
      traffic.tenants = 5
      scenario.traffic.append(traffic)
    }
    scenario.reportLag = service * 0.05
    scenario.warmUp = service * 30
    return scenario
  }

  /// Of one request alone.
  private var alone: Duration { service / (1 + slowdown * Double(size.places - 1)) }

  var crowded: Scenario { scenario(slowdown: slowdown, alone: alone, only: nil) }
  /// Enterprise alone, at the speed that it has alone.
  var unloaded: Scenario { scenario(slowdown: slowdown, alone: alone, only: "enterprise") }
  /// Enterprise alone, at the speed of a full batch: what others cost without a batch to share.
  var unloadedAtFullBatch: Scenario { scenario(slowdown: 0, alone: service, only: "enterprise") }
}

extension SimulationReport {
  func latency(_ tier: String, _ percent: Double) -> Double { self.tier(tier)?.latencies.percentile(percent) ?? .nan }
}

extension Double {
  /// With three decimals.
  var short: String { String((self * 1000).rounded() / 1000) }
}
