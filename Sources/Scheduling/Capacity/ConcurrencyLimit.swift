/// The number of slots of a backend that reports nothing, inferred from what its answers take.
///
/// Of the family of TCP Vegas, Netflix' concurrency-limits and Envoy's adaptive concurrency; what is too much is found out by trying.
/// Where answers are streamed the goal is the largest limit without a queue at the server (`LoadWindow`): a batch may grow for as long
/// as the server takes new requests into it, however much that slows it down. Where they are not, the goal is the knee, where Kleinrock's power is highest:
/// a server with n₀ slots and a queue has it exactly at n₀; one whose batch slows down as `a + b·n` has it at `a ÷ b`. No latency
/// has to be called "good" in advance.
///
/// ```
///            no queue: × 1.5 as soon as every answer has begun; power still rises: × 2
///             ┌────┐
///             │    ▼      a queue, or power fell: without the queue, or back to the last limit
///           growing ─────────────────────────────────────────▶ steady ◀──────────────────────────────┐
///                                                               │                                     │
///                     rested for some windows, a queue is seen, │                                     │ not better:
///                     or latency rose                           ▼          better: one step further   │ back
///                                                            probing, up or down ────────────────────┘
///   any ── time-out or reset: × 0.8, at most once a window
/// ```
/// Measuring goes in windows: only requests that were dispatched under the present limit count, and only windows in
/// which the limit was really used say anything about it. What is usual without a queue is measured anew with every probe down: a longer
/// wait for the first token that does not shorten with less to do is no queue (prompts have become longer).
package struct ConcurrencyLimit: Sendable, Equatable {
  enum Phase: Sendable, Equatable {
    case growing
    case steady(windows: Int)
    /// Trying a limit other than `from`.
    case probing(from: Double, Probe)
  }

  enum Probe: Sendable, Equatable {
    /// More, by this factor.
    case up(Double)
    case down
    /// Less by what seems to wait at the server.
    case relief(queue: Double)
  }

  /// At the start and after good probes: where a queue can be seen, and where it cannot.
  private static let (growth, blindGrowth) = (1.5, 2.0)
  /// How far a limit may grow on first tokens alone, until a window of whole answers has shown what it brings.
  private static let unproven = 4.0
  /// What more concurrency must bring at least, in throughput, where no queue is seen; judged when it is so much more that noise does not decide.
  private static let (leastGain, clearlyMore) = (0.15, 1.3)
  /// The first step of a probe, where a queue can be seen and where it cannot.
  private static let (step, blindStep) = (1.1, 1.2)
  /// A doubled limit must raise power by this much: half of what a server with room to spare gives, and above the noise.
  private static let gainWhileGrowing = 1.25
  private static let gainWhileProbing = 1.05
  /// Windows of rest between probes: at first, and at most, when one after the other finds nothing.
  private static let (rest, longestRest) = (4, 32)
  /// Where a queue can be seen, one of so many probes goes down, to see what is usual.
  private static let probesPerDown = 4
  /// A rise of latency that is not waited out.
  private static let alarm = 1.5
  private static let backOff = 0.8
  /// A window counts when this part of the limit was in use on average.
  private static let used = 0.75
  /// Samples in a window at least, to keep the noise of jittery latencies below a step.
  private static let (samplesWhileGrowing, samplesAtRest, samplesWhileBlind) = (8, 16, 64)
  /// A queue at the server is none when it is this short, in requests and as a part of the limit.
  private static let (shortQueue, shortQueuePart) = (0.5, 0.04)
  /// How fast the usual cost follows a shorter one, and a longer one.
  private static let (falling, rising) = (0.25, 1.0 / 32)

  private var value: Double
  private let (initial, maximum): (Double, Double)
  private var phase = Phase.growing
  private var probes = 0
  private var restNow = Self.rest
  /// At the limit that is held (`steady`), or at the last one (`growing`).
  private var held: LoadWindow?
  private var heldLimit: Double
  /// Of a first token in tokens, without a queue at the server.
  private var usualCost: Double?
  /// Identifies the present window; requests carry it from dispatch to completion.
  package private(set) var window: UInt32 = 0
  private var present = LoadWindow()
  private var backedOff = false
  /// The last limit that a window of whole answers was seen at.
  private var proven: Double

  package init(initial: Int, maximum: Int) {
    value = Double(max(1, initial))
    heldLimit = value
    proven = value
    (self.initial, self.maximum) = (value, Double(max(1, maximum)))
  }

  @inline(__always) package var limit: Int { max(1, Int(value.rounded())) }

  @inline(__always) var isGrowing: Bool { phase == .growing }

  package var reason: LimitReason {
    switch phase {
    case .growing: held == nil ? .starting : .growing
    case .steady: .steady
    case .probing: .probing
    }
  }

  /// A request has been answered.
  ///
  /// - Parameters:
  ///   - latency: in seconds, with the answer's length taken out.
  ///   - streamed: how that was made up; `nil` when the answer was not streamed.
  ///   - concurrency: slots in use when it was dispatched, its own included.
  ///   - window: the value of `window` when it was dispatched.
  mutating func succeeded(latency: Double, streamed: LoadWindow.Streamed?, concurrency: Int, window: UInt32) {
    guard window == self.window, latency > 0 else { return }
    present.add(latency: latency, streamed: streamed, concurrency: concurrency)
    guard present.samples >= max(Double(leastSamples), value) else { return }
    let seen = present
    backedOff = false
    startWindow()
    if seen.concurrency >= Self.used * value || limit == 1 { decide(seen) }
  }

  /// The same, of an answer of unknown make-up.
  package mutating func succeeded(latency: Double, concurrency: Int, window: UInt32) {
    succeeded(latency: latency, streamed: nil, concurrency: concurrency, window: window)
  }

  /// Every slot holds a request whose answer has begun: none waits at the server, and there is no need to wait for the end of one.
  mutating func allBegun() {
    guard phase == .growing, value < Self.unproven * proven else { return }
    heldLimit = value
    set(min(max(value * Self.growth, value + 1), Self.unproven * proven))
    startWindow()
  }

  /// A request timed out or was reset: the server is beyond what it can do.
  package mutating func overloaded() {
    guard !backedOff else { return }
    backedOff = true
    settle(at: value * Self.backOff)
  }

  /// The server was away: what comes back may be another one, and knows nothing of what was.
  mutating func restart() {
    settle(at: initial)
    (phase, proven, usualCost, restNow, probes) = (.growing, value, nil, Self.rest, 0)
  }

  /// A limit learned elsewhere, to go on from when reports end.
  mutating func resume(at limit: Int) {
    guard limit >= 1, limit != self.limit else { return }
    settle(at: Double(limit))
  }

  // MARK: Deciding

  private var leastSamples: Int {
    if phase == .growing { return Self.samplesWhileGrowing }
    guard present.firstTokenCost == nil else { return Self.samplesAtRest }
    // The smaller the limit, the larger is a step of one.
    return min(Self.samplesWhileBlind, Self.samplesAtRest / 2 * limit)
  }

  private mutating func decide(_ seen: LoadWindow) {
    if usualCost == nil { usualCost = seen.firstTokenCost }
    let queue = seen.queue(usual: usualCost)
    switch phase {
    case .growing: grow(seen, queue)
    case .steady(let windows): rest(windows, seen, queue)
    case .probing(let from, .up(let factor)): judge(from, up: factor, seen, queue)
    case .probing(let from, .down): judge(from, down: seen)
    case .probing(let from, .relief(let expected)): judge(from, relief: expected, seen, queue)
    }
  }

  private func isShort(_ queue: Double) -> Bool { queue <= max(Self.shortQueue, Self.shortQueuePart * value) }

  /// Whether throughput has grown with the concurrency: a batch that only slows down is no gain.
  private func pays(_ seen: LoadWindow) -> Bool {
    guard seen.firstTokenCost != nil, let held, seen.concurrency >= Self.clearlyMore * held.concurrency else { return true }
    return seen.throughput >= held.throughput * (1 + Self.leastGain * (seen.concurrency / held.concurrency - 1))
  }

  private mutating func grow(_ seen: LoadWindow, _ queue: Double?) {
    if let queue, !isShort(queue) { return settle(at: max(value - queue, heldLimit)) }
    guard pays(seen) else { return back(to: heldLimit) }
    if queue == nil, let held, seen.power < held.power * Self.gainWhileGrowing {
      set(heldLimit)
      return phase = .steady(windows: restNow - 1)
    }
    hold(seen)
    proven = value
    set(value * (queue == nil ? Self.blindGrowth : Self.growth))
    if value == heldLimit { phase = .steady(windows: 0) }
  }

  private mutating func rest(_ windows: Int, _ seen: LoadWindow, _ queue: Double?) {
    let alarmed = held.map { seen.latency > $0.latency * Self.alarm } ?? false
    hold(seen)
    if let queue {
      if !isShort(queue) { return probe(.relief(queue: queue)) }
      learnCost(seen)
    } else if alarmed {
      return probe(.down)
    }
    guard windows + 1 >= restNow else { return phase = .steady(windows: windows + 1) }
    // The first one goes down: the limit that was begun with may have been too much already.
    let isDown = probes % (queue == nil ? 2 : Self.probesPerDown) == 0
    probes += 1
    probe(isDown ? .down : .up(queue == nil ? Self.blindStep : Self.step))
  }

  private mutating func probe(_ probe: Probe) {
    let from = value
    switch probe {
    case .up(let factor): set(max(value * factor, value + 1))
    case .down: set(min(value / (held?.firstTokenCost == nil ? Self.blindStep : Self.step), value - 1))
    case .relief(let queue): set(min(value - queue, value - 1))
    }
    phase = value == from ? .steady(windows: 0) : .probing(from: from, probe)
  }

  private mutating func judge(_ from: Double, up factor: Double, _ seen: LoadWindow, _ queue: Double?) {
    let isBetter =
      if let queue { isShort(queue) && pays(seen) } else { held.map { seen.power >= $0.power * Self.gainWhileProbing } ?? true }
    guard isBetter else {
      restNow = min(2 * restNow, Self.longestRest)
      return back(to: from)
    }
    restNow = Self.rest
    hold(seen)
    // Where there is room there may be much of it.
    probe(.up(queue == nil ? factor : min(1 + 2 * (factor - 1), Self.blindGrowth)))
  }

  private mutating func judge(_ from: Double, down seen: LoadWindow) {
    if let cost = seen.firstTokenCost, let before = held, before.firstTokenCost != nil {
      usualCost = min(usualCost ?? cost, cost)
      let queue = before.queue(usual: usualCost) ?? 0
      guard queue > max(Self.shortQueue, Self.shortQueuePart * from) else { return back(to: from) }
      // What was held for usual was none; perhaps this is not either: the next probe goes down again, and soon.
      probes = 0
      settle(at: from - queue)
      return phase = .steady(windows: restNow - 1)
    }
    if let held, seen.power < held.power { return back(to: from) }
    restNow = Self.rest
    hold(seen)
    probe(.down)
  }

  /// Less was tried because there seemed to be a queue: was it one?
  private mutating func judge(_ from: Double, relief expected: Double, _ seen: LoadWindow, _ queue: Double?) {
    guard let queue, queue > expected / 2 else {
      restNow = Self.rest
      hold(seen)
      return phase = .steady(windows: 0)
    }
    usualCost = seen.firstTokenCost
    back(to: from)
  }

  private mutating func learnCost(_ seen: LoadWindow) {
    guard let now = seen.firstTokenCost, let usual = usualCost else { return }
    usualCost = usual + (now < usual ? Self.falling : Self.rising) * (now - usual)
  }

  // MARK: Changing

  private mutating func back(to limit: Double) {
    set(limit)
    phase = .steady(windows: 0)
  }

  private mutating func settle(at limit: Double) {
    set(limit)
    (held, heldLimit) = (nil, value)
    phase = .steady(windows: 0)
    startWindow()
  }

  private mutating func hold(_ seen: LoadWindow) { (held, heldLimit) = (seen, value) }

  private mutating func set(_ limit: Double) { value = min(max(limit, 1), maximum) }

  private mutating func startWindow() {
    window &+= 1
    present = LoadWindow()
  }
}
