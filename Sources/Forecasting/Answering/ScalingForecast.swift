/// How many replicas meet the targets, by simulation; `nil` where no number does.
package struct ScalingForecast: Sendable, Hashable {
  /// At the steady rate.
  package var minReplicas: Int?
  /// At the peak.
  package var maxReplicas: Int?
  package var steadyQPS: Double
  package var peakQPS: Double
}
