import Scheduling

/// When requests come.
package enum ArrivalProcess: Sendable, Hashable {
  /// Independent requests.
  case poisson(perSecond: Double)
  /// Gaps of a gamma distribution with this shape: 1 is Poisson, less comes in bursts (the squared coefficient of variation of the gaps is
  /// 1 ÷ shape), as vLLM's benchmark does with its `--burstiness`.
  case gamma(perSecond: Double, shape: Double)
  /// A Poisson process whose rate swings as a sine around its mean, by this part of it, 0 to 1.
  case diurnal(perSecond: Double, swing: Double, period: Double)
  /// A Poisson process at one rate, and from a moment on at another.
  case step(before: Double, after: Double, at: Double)
  /// As recorded, this many times as slowly; from the start again when the record ends.
  case recorded([TraceRow], stretch: Double)
}

/// The next arrival, again and again.
struct ArrivalGenerator: Sendable {
  private let process: ArrivalProcess
  private var row = 0
  /// When the record began for the last time.
  private var origin = 0.0

  init(_ process: ArrivalProcess) { self.process = process }

  /// In seconds, with the size that was recorded; `nil` when none comes any more.
  mutating func next(after now: Double, _ random: inout SplitMix64) -> (time: Double, size: BatchLaw.Size?)? {
    switch process {
    case .poisson(let rate): return rate > 0 ? (now + Self.exponential(&random) / rate, nil) : nil
    case .gamma(let rate, let shape): return rate > 0 ? (now + Self.gamma(shape, &random) / (shape * rate), nil) : nil
    case .diurnal(let rate, let swing, let period):
      return thinned(now, most: rate * (1 + swing), &random) { rate * (1 + swing * Sine.turn($0 / period)) }
    case .step(let before, let after, let at): return thinned(now, most: max(before, after), &random) { $0 < at ? before : after }
    case .recorded(let rows, let stretch): return recorded(rows, stretch, now)
    }
  }

  /// Lewis and Shedler (1979): candidates at the highest rate, kept in proportion to the rate of the moment.
  private func thinned(
    _ now: Double, most: Double, _ random: inout SplitMix64, _ rate: (Double) -> Double
  ) -> (time: Double, size: BatchLaw.Size?)? {
    guard most > 0 else { return nil }
    var time = now
    while true {
      time += Self.exponential(&random) / most
      if random.unit() * most < rate(time) { return (time, nil) }
    }
  }

  private mutating func recorded(_ rows: [TraceRow], _ stretch: Double, _ now: Double) -> (time: Double, size: BatchLaw.Size?)? {
    guard let last = rows.last else { return nil }
    if row == rows.count {
      // The gap between the end and the new start is the mean gap.
      origin += last.at.inSeconds * stretch * Double(rows.count) / Double(max(1, rows.count - 1))
      row = 0
    }
    defer { row += 1 }
    let size = BatchLaw.Size(prompt: rows[row].promptTokens, output: rows[row].outputTokens)
    return (max(now, origin + rows[row].at.inSeconds * stretch), size)
  }

  /// Of mean 1.
  static func exponential(_ random: inout SplitMix64) -> Double { -Logarithm.natural(1 - random.unit()) }

  /// A gamma number of scale 1, by Marsaglia and Tsang (2000); below shape 1 by their boost: Γ(a) = Γ(a + 1) × U^(1 ÷ a).
  static func gamma(_ shape: Double, _ random: inout SplitMix64) -> Double {
    if shape < 1 {
      let boost = Logarithm.exponential(Logarithm.natural(1 - random.unit()) / shape)
      return gamma(shape + 1, &random) * boost
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let normal = TokenDistribution.normal(&random)
      let base = 1 + c * normal
      guard base > 0 else { continue }
      let cube = base * base * base
      if Logarithm.natural(1 - random.unit()) < normal * normal / 2 + d - d * cube + d * Logarithm.natural(cube) { return d * cube }
    }
  }
}

/// The sine without a C library, so that runs are the same bit by bit on every platform.
enum Sine {
  /// Of an angle in turns: sin(2π·turns). The series is exact to about 1e-13 on the quarter turn it is used for.
  static func turn(_ turns: Double) -> Double {
    var part = turns - turns.rounded(.down)
    var sign = 1.0
    if part >= 0.5 { (part, sign) = (part - 0.5, -1) }
    if part > 0.25 { part = 0.5 - part }
    let angle = 2 * Double.pi * part
    var (term, sum) = (angle, angle)
    for index in 1...9 {
      term *= -angle * angle / Double((2 * index) * (2 * index + 1))
      sum += term
    }
    return sign * sum
  }
}
