/// Latency at the 95th percentile, in milliseconds: what a workload demands, or what a configuration delivers.
package struct ServiceLevel: Sendable, Hashable {
  /// Time from the request to the first token.
  package var ttft: Double
  /// Inter-token latency: the mean gap between the tokens of one answer (per request, not per gap).
  package var itl: Double
  /// Time from the request to the last token.
  package var e2e: Double

  package init(ttft: Double, itl: Double, e2e: Double) {
    self.ttft = ttft
    self.itl = itl
    self.e2e = e2e
  }
}

extension ServiceLevel {
  /// The three figures a service level is made of.
  package enum Metric: String, Sendable, Hashable, CaseIterable {
    case ttft, itl, e2e

    /// As people write it: `TTFT p95`.
    package var title: String { "\(rawValue.uppercased()) p95" }
  }

  package subscript(metric: Metric) -> Double {
    switch metric {
    case .ttft: ttft
    case .itl: itl
    case .e2e: e2e
    }
  }

  /// Whether each figure is at or under that of `target`.
  package func meets(_ target: ServiceLevel) -> Bool {
    ttft <= target.ttft && itl <= target.itl && e2e <= target.e2e
  }

  /// The figure furthest above its target, relative to it; at or under 1 when all are met.
  package func worst(against target: ServiceLevel) -> (metric: Metric, ratio: Double) {
    var worst = (metric: Metric.ttft, ratio: ttft / target.ttft)
    for metric in [Metric.itl, .e2e] where self[metric] / target[metric] > worst.ratio {
      worst = (metric, self[metric] / target[metric])
    }
    return worst
  }
}
