import Kubernetes
import Planning

/// What callers of a deployment got, beside what its plan demands and predicts.
///
///     pool figures + plan ─▶ measurements ─┬─ against the target ────▶ met │ missed │ too few │ undecided
///                                          └─ against the prediction ─▶ as predicted │ slower │ faster │ too few
///
/// A 95th percentile is known to an interval only. A verdict is given when the whole interval is on one side.
struct ServiceReview {
  struct Measurement: Equatable {
    var metric: ServiceLevel.Metric
    /// Answers behind it; `nil` when nobody counted them.
    var count: Int?
    /// In milliseconds.
    var p95: Double
    var low: Double
    var high: Double
    var target: Double
    var predicted: Double

    /// Too few answers for an upper bound.
    var isThin: Bool { high == .infinity }
    var isMissed: Bool { low > target }
    var isMet: Bool { high <= target }
    /// Observed ÷ predicted.
    var drift: Double { predicted > 0 ? p95 / predicted : 1 }
  }

  /// Answers below which a 95th percentile has no upper bound at 95 % confidence.
  static let fewestAnswers = 73
  /// Observed ÷ predicted from here on, or under one part in it, is another behaviour than was planned with.
  static let driftBound = 1.5
  /// A drift that lasts so long, in seconds, is none of the moment.
  static let driftLasts = 300

  let measurements: [Measurement]
  /// Requests per second that were answered; `nil` when unknown.
  let rate: Double?
  let plan: CapacityPlan

  /// `nil` when nothing was measured.
  init?(_ figures: PoolFigures?, plan: CapacityPlan?) {
    guard let figures, let plan else { return nil }
    self.plan = plan
    rate = figures.requestsPerSecond
    let all: [(ServiceLevel.Metric, LatencyFigures?, Double?)] = [
      (.ttft, figures.answers?.ttft, figures.ttftP95), (.itl, figures.answers?.itl, figures.itlP95),
      (.e2e, figures.answers?.e2e, figures.e2eP95),
    ]
    measurements = all.compactMap { metric, known, p95 in
      guard let value = known?.p95 ?? p95 else { return nil }
      return Measurement(
        metric: metric, count: known?.count, p95: value, low: known?.p95Low ?? value, high: known?.p95High ?? value,
        target: plan.target[metric], predicted: plan.predicted[metric])
    }
    if measurements.isEmpty { return nil }
  }

  // MARK: Against the targets

  /// What the condition `SLOMet` is unless it is True.
  /// - Parameter previous: that condition as it is: what is neither certainly met nor missed changes nothing.
  func finding(previous: Condition?) -> Finding? {
    let missed = measurements.filter(\.isMissed)
    if !missed.isEmpty { return Finding("SLOMissed", Self.text(missed)) }
    let open = measurements.filter { !$0.isMet }
    if open.isEmpty { return nil }
    if let thin = open.first(where: \.isThin) {
      let text =
        "\(thin.count ?? 0) answers are too few to tell a 95th percentile, \(Self.fewestAnswers) are needed: \(Self.text(measurements))"
      return Finding("TooFewRequests", text, status: .unknown)
    }
    switch previous?.status {
    case .yes: return nil
    case .no where previous?.reason == "SLOMissed": return Finding("SLOMissed", Self.text(open))
    default: return Finding("Undecided", "The targets are within what is known of \(Self.text(open))", status: .unknown)
    }
  }

  // MARK: Against the prediction

  enum Drift: Equatable { case none, slower, faster, tooFew }

  var drift: Drift {
    guard measurements.allSatisfy({ !$0.isThin }) else { return .tooFew }
    if measurements.contains(where: { $0.low > Self.driftBound * $0.predicted }) { return .slower }
    // Faster only when nothing is as predicted: a first token that comes early is no drift of the rest.
    return measurements.allSatisfy { $0.high * Self.driftBound < $0.predicted } ? .faster : .none
  }

  // MARK: For people

  static func text(_ measurements: [Measurement]) -> String {
    measurements.map { it in
      let interval = it.low < it.high ? ", \(number(it.low)) to \(it.isThin ? "any" : number(it.high))" : ""
      return "\(it.metric.title) \(number(it.p95)) ms (target \(number(it.target)), predicted \(number(it.predicted))\(interval))"
    }.joined(separator: ", ") + "."
  }

  static func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
