/// A configuration that was considered and not taken further: why, and how far it was from being possible.
package struct Rejection: Sendable, Hashable {
  /// A figure beyond its limit.
  package struct Miss: Sendable, Hashable {
    /// `TTFT p95`, `GPUs`, `USD a month`.
    package var figure: String
    package var value: Double
    package var limit: Double
    /// `ms`, `GB`; empty where the figure's name says it.
    package var unit: String

    package init(_ figure: String, _ value: Double, limit: Double, unit: String = "") {
      self.figure = figure
      self.value = value
      self.limit = limit
      self.unit = unit
    }

    /// Value ÷ limit: 1.2 is a fifth too much.
    package var ratio: Double { value / limit }
  }

  package var model: String
  package var accelerator: String
  /// GPUs of one replica.
  package var gpus: Int
  /// How sure the figures are by which it was rejected.
  package var confidence: CapacityPlan.Confidence
  package var basis: Benchmark.Kind
  /// The first reason found; the counts by reason count this one.
  package var reason: RejectionReason
  /// Every figure beyond its limit, the one furthest beyond first; empty when the reason is no number.
  package var misses: [Miss]

  package init(
    model: String, accelerator: String, gpus: Int, confidence: CapacityPlan.Confidence, basis: Benchmark.Kind, reason: RejectionReason,
    misses: [Miss]
  ) {
    self.model = model
    self.accelerator = accelerator
    self.gpus = gpus
    self.confidence = confidence
    self.basis = basis
    self.reason = reason
    self.misses = misses.sorted { ($1.ratio, $0.figure) < ($0.ratio, $1.figure) }
  }

  /// How far the worst figure is beyond its limit, as value ÷ limit; `nil` when the reason is no number.
  package var ratio: Double? { misses.first?.ratio }

  /// `acme/small on 2 × H100 (benchmarked): TTFTTooHigh, TTFT p95 180 ms (limit 150, 20 % too much)`
  package var sentence: String {
    let figures = misses.map { miss in
      let unit = miss.unit.isEmpty ? "" : " " + miss.unit
      let beyond = Figure((miss.ratio - 1) * 100, decimals: miss.ratio < 1.1 ? 1 : 0)
      return ", \(miss.figure) \(Figure(miss.value))\(unit) (limit \(Figure(miss.limit)), \(beyond) % too much)"
    }
    return "\(model) on \(gpus) × \(accelerator) (\(confidence.rawValue)): \(reason.rawValue)" + figures.joined()
  }
}

extension Rejection {
  /// How many there are of each reason.
  static func counts(_ rejections: [Rejection]) -> [RejectionReason: Int] {
    var counts: [RejectionReason: Int] = [:]
    for rejection in rejections { counts[rejection.reason, default: 0] += 1 }
    return counts
  }
}
