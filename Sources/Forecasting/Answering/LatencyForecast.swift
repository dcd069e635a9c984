import Planning

/// Percentiles under load, in milliseconds; simulated.
package struct LatencyForecast: Sendable, Hashable {
  package struct Percentiles: Sendable, Hashable {
    package var p50: Estimate
    package var p95: Estimate
    package var p99: Estimate
  }

  /// Requests per second offered.
  package var rate: Double
  package var replicas: Int
  /// Of them; fewer when they are more than ``ForecastSettings/mostReplicas``. These have their part of the traffic, and the same load each.
  package var simulatedReplicas: Int { min(replicas, ForecastSettings.mostReplicas) }
  package var ttft: Percentiles
  package var itl: Percentiles
  package var e2e: Percentiles
  /// Requests in a replica's batch, on average.
  package var meanBatch: Double
  /// Offered rate ÷ what full batches serve. From 1 on the queue grows for ever, and the percentiles say how long the run was.
  package var load: Double

  package var isSaturated: Bool { load >= 1 }

  package subscript(metric: ServiceLevel.Metric) -> Percentiles {
    switch metric {
    case .ttft: ttft
    case .itl: itl
    case .e2e: e2e
    }
  }
}
