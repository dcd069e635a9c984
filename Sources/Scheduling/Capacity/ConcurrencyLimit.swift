/// The number of slots of a backend that reports nothing, inferred from latency.
///
/// Of the gradient and AIMD family (Netflix concurrency-limits, Envoy adaptive concurrency), with the knee as its goal:
/// the limit n that maximises Kleinrock's power n ÷ latency² (ICC 1979), which is where one more percent of concurrency begins
/// to cost more than half a percent of latency. A server with n₀ slots and a queue has its knee exactly at n₀; one whose
/// batch slows down as `a + b·n` has it at `a ÷ b`. No latency has to be called "good" in advance.
///
/// ```
///            power still rises: × 2
///             ┌────┐
///             │    ▼      power fell: back to the last limit
///           growing ─────────────────────────────────────────▶ steady ◀──────────────────────────────┐
///                                                               │                                     │
///                       rested for some windows, or latency rose│                                     │ not better:
///                                                               ▼            better: one step further │ back
///                                                            probing, up or down in turn ─────────────┘
///   any ── time-out or reset: × 0.8, at most once a window
/// ```
/// Measuring goes in windows: only requests that were dispatched under the present limit count, and only windows in
/// which the limit was really used say anything about it.
package struct ConcurrencyLimit: Sendable, Equatable {
  enum Phase: Sendable, Equatable {
    case growing
    case steady(windows: Int)
    /// Trying a limit other than `from`.
    case probing(from: Double, up: Bool)
  }

  private static let growth = 2.0
  private static let step = 1.2
  /// A doubled limit must raise power by this much: half of what a server with room to spare gives, and above the noise.
  private static let gainWhileGrowing = 1.25
  private static let gainWhileProbing = 1.05
  /// Windows of rest between probes.
  private static let rest = 4
  /// A rise of latency that is not waited out.
  private static let alarm = 1.5
  private static let backOff = 0.8
  /// A window counts when this part of the limit was in use on average.
  private static let used = 0.75
  /// Samples in a window at least, to keep the noise of jittery latencies below a step.
  private static let (samplesWhileGrowing, samplesAtRest) = (8, 32)

  private var value: Double
  private let maximum: Double
  private var phase = Phase.growing
  private var probeUp = true
  /// Power and latency at the limit that is held (`steady`), or at the last one (`growing`).
  private var heldPower: Double?
  private var heldLatency: Double?
  private var heldLimit: Double
  /// Identifies the present window; requests carry it from dispatch to completion.
  package private(set) var window: UInt32 = 0
  private var samples = 0.0
  private var latency = 0.0
  private var concurrency = 0.0
  private var backedOff = false

  package init(initial: Int, maximum: Int) {
    value = Double(max(1, initial))
    heldLimit = value
    self.maximum = Double(max(1, maximum))
  }

  package var limit: Int { max(1, Int(value.rounded())) }

  package var reason: LimitReason {
    switch phase {
    case .growing: heldPower == nil ? .starting : .growing
    case .steady: .steady
    case .probing: .probing
    }
  }

  /// A request has been answered.
  ///
  /// - Parameters:
  ///   - latency: in seconds, with the answer's length taken out.
  ///   - concurrency: slots in use when it was dispatched, its own included.
  ///   - window: the value of `window` when it was dispatched.
  package mutating func succeeded(latency sample: Double, concurrency inUse: Int, window: UInt32) {
    guard window == self.window, sample > 0 else { return }
    samples += 1
    latency += sample
    concurrency += Double(inUse)
    let least = phase == .growing ? Self.samplesWhileGrowing : Self.samplesAtRest
    guard samples >= max(Double(least), value) else { return }
    let meanConcurrency = concurrency / samples
    let meanLatency = latency / samples
    backedOff = false
    if meanConcurrency >= Self.used * value || limit == 1 {
      decide(power: meanConcurrency / (meanLatency * meanLatency), latency: meanLatency)
    }
    startWindow()
  }

  /// A request timed out or was reset: the server is beyond what it can do.
  package mutating func overloaded() {
    guard !backedOff else { return }
    backedOff = true
    set(value * Self.backOff)
    hold(power: nil, latency: nil)
    startWindow()
  }

  /// A limit learned elsewhere, to go on from when reports end.
  mutating func resume(at limit: Int) {
    guard limit >= 1, limit != self.limit else { return }
    set(Double(limit))
    hold(power: nil, latency: nil)
    startWindow()
  }

  private mutating func decide(power: Double, latency: Double) {
    switch phase {
    case .growing: grow(power, latency)
    case .steady(let windows): rest(windows, power, latency)
    case .probing(let from, let up): judge(from, up, power, latency)
    }
  }

  private mutating func grow(_ power: Double, _ latency: Double) {
    if let heldPower, power < heldPower * Self.gainWhileGrowing {
      set(heldLimit)
      phase = .steady(windows: 0)
      return
    }
    (heldPower, heldLatency, heldLimit) = (power, latency, value)
    set(value * Self.growth)
    if value == heldLimit { phase = .steady(windows: 0) }
  }

  private mutating func rest(_ windows: Int, _ power: Double, _ latency: Double) {
    let alarmed = heldLatency.map { latency > $0 * Self.alarm } ?? false
    (heldPower, heldLatency, heldLimit) = (power, latency, value)
    if alarmed { return probe(up: false) }
    if windows + 1 >= Self.rest { return probe(up: probeUp) }
    phase = .steady(windows: windows + 1)
  }

  private mutating func probe(up: Bool) {
    let from = value
    set(up ? max(value * Self.step, value + 1) : min(value / Self.step, value - 1))
    probeUp = !up
    phase = value == from ? .steady(windows: 0) : .probing(from: from, up: up)
  }

  private mutating func judge(_ from: Double, _ up: Bool, _ power: Double, _ latency: Double) {
    if let heldPower, power < heldPower * (up ? Self.gainWhileProbing : 1) {
      set(from)
      phase = .steady(windows: 0)
      return
    }
    (heldPower, heldLatency, heldLimit) = (power, latency, value)
    probe(up: up)
  }

  private mutating func hold(power: Double?, latency: Double?) {
    (heldPower, heldLatency, heldLimit) = (power, latency, value)
    phase = .steady(windows: 0)
  }

  private mutating func set(_ limit: Double) { value = min(max(limit, 1), maximum) }

  private mutating func startWindow() {
    window &+= 1
    (samples, latency, concurrency) = (0, 0, 0)
  }
}
