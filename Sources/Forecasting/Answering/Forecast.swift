package struct Forecast: Sendable, Hashable {
  package var subject: ForecastSubject
  package var settings: ForecastSettings
  /// The plan's replicas at the steady rate.
  package var steady: LatencyForecast
  /// The most replicas at the peak.
  package var peak: LatencyForecast
  package var risk: RiskForecast
  package var scaling: ScalingForecast
  /// `nil` when it was not asked for, the plan never scales, or the transient is too large to be simulated.
  package var coldStart: ColdStartForecast?
  /// Why there is none although the plan scales.
  package var coldStartOmitted: ColdStartOmission?
}
