import Planning

/// What a plan will do under load, and how sure that is.
///
///     plan + law of its servers ─▶ subject ─┬─ independent runs ──▶ percentiles at the steady rate and at the peak
///                                           ├─ Monte Carlo ───────▶ chances of meeting the targets and the budget
///                                           ├─ search ────────────▶ replicas for the autoscaler
///                                           └─ a sudden peak ─────▶ what a cold start does
///
/// Everything is simulated, with the seed of the settings: the same subject and settings give the same forecast to the last digit.
package enum Forecaster {
  package static func forecast(_ subject: ForecastSubject, settings: ForecastSettings) -> Forecast {
    let run = LoadRun(subject: subject, settings: settings)
    let traffic = subject.traffic
    let coldStart = settings.coldStart.flatMap { ColdStartRun(subject: subject, settings: settings, start: $0).result() }
    var omitted: ColdStartOmission?
    if case .failure(let reason) = coldStart { omitted = reason }
    return Forecast(
      subject: subject, settings: settings, steady: run.forecast(rate: traffic.steadyQPS, replicas: subject.replicas, stream: 1),
      peak: run.forecast(rate: traffic.peakQPS, replicas: subject.maxReplicas, stream: 2),
      risk: MonteCarlo(subject: subject, settings: settings).forecast(), scaling: ReplicaSearch(run: run).forecast(),
      coldStart: try? coldStart?.get(), coldStartOmitted: omitted)
  }
}
