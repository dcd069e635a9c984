import Scheduling
import Synchronization

/// Numbers for (pool, tier): a counter keeps its number through every change of policy.
final class SeriesRegistry: Sendable {
  struct Name: Hashable, Sendable {
    var pool: String
    var tier: String

    /// Counts what would be one series too many.
    static let other = Name(pool: "other", tier: "other")
  }

  private struct State {
    var names: [Name] = []
    var numbers: [Name: Int] = [:]
    var layouts: [SeriesLayouts] = []
    /// Of the policy in force, by pool and tier.
    var folded = 0
  }

  /// Names come from policies, never from requests; still a policy that changes its names for ever must not fill the memory.
  let maximum: Int
  private let state = Mutex(State())

  init(maximum: Int) { self.maximum = max(1, maximum) }

  /// Where the requests of each tier of a pool are counted, and in which buckets.
  func series(pool: String, tiers: [TierPolicy]) -> [(number: Int, layouts: SeriesLayouts)] {
    state.withLock { state in
      tiers.map { tier in
        let number = Self.number(Name(pool: pool, tier: tier.name), &state, maximum)
        state.layouts[number] = state.layouts[number].adding(tier.objective)
        return (number, state.layouts[number])
      }
    }
  }

  /// A new policy is about to be numbered.
  func startPolicy() { state.withLock { $0.folded = 0 } }

  private static func number(_ name: Name, _ state: inout State, _ maximum: Int) -> Int {
    if let known = state.numbers[name] { return known }
    if state.names.count < maximum - 1 || name == .other { return add(name, &state) }
    state.folded += 1
    return state.numbers[.other] ?? add(.other, &state)
  }

  private static func add(_ name: Name, _ state: inout State) -> Int {
    let number = state.names.count
    state.names.append(name)
    state.numbers[name] = number
    state.layouts.append(SeriesLayouts())
    return number
  }

  var all: [(name: Name, layouts: SeriesLayouts)] { state.withLock { zip($0.names, $0.layouts).map { (name: $0, layouts: $1) } } }

  /// Pairs of pool and tier of the policy in force that share the series `other`.
  var folded: Int { state.withLock { $0.folded } }
}

/// The buckets of the histograms of one series: the usual bounds, and one at every objective that it has had.
struct SeriesLayouts: Sendable {
  private(set) var firstToken = HistogramLayout.latency
  private(set) var gap = HistogramLayout.gap
  private(set) var endToEnd = HistogramLayout.latency

  func adding(_ objective: LatencyObjective) -> SeriesLayouts {
    var layouts = self
    layouts.firstToken = firstToken.adding(objective.timeToFirstToken, to: .latency)
    layouts.gap = gap.adding(objective.interTokenLatency, to: .gap)
    layouts.endToEnd = endToEnd.adding(objective.endToEnd, to: .latency)
    return layouts
  }
}
