import Planning

/// What happens when the traffic rises to its peak at once and the replicas for it have yet to start; simulated.
package struct ColdStartForecast: Sendable, Hashable {
  /// Of requests that arrived in a part of the time.
  package struct Phase: Sendable, Hashable {
    /// At p95, in milliseconds.
    package var p95: ServiceLevel
    package var requests: Int
  }

  package var assumptions: ColdStart
  package var from: Int
  package var to: Int
  package var before: Phase
  /// From the rise until the new replicas serve.
  package var during: Phase
  /// As long after it.
  package var after: Phase
  package var runs: Int
}
