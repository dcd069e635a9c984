import Planning
import Simulation

/// A forecast as a person reads it in a terminal.
package struct ForecastTable: Sendable {
  private let forecast: Forecast

  package init(_ forecast: Forecast) { self.forecast = forecast }

  package var text: String {
    let settings = forecast.settings
    var lines = [
      "FORECAST (simulated: seed \(settings.seed), \(settings.arrivals.name) arrivals, \(settings.runs) runs of \(settings.requestsPerRun)"
        + " requests; latencies in ms, with 95 % intervals)",
      "Servers behave as \(forecast.subject.lawSource).", "",
    ]
    lines += load("Steady", forecast.steady) + load("Peak", forecast.peak) + risk + scaling + coldStart
    return lines.joined(separator: "\n") + "\n"
  }

  private func load(_ name: String, _ latency: LatencyForecast) -> [String] {
    var rows = [["\(name): \(number(latency.rate)) requests/s", "p50", "p95", "95 % interval", "p99", "target"]]
    for metric in ServiceLevel.Metric.allCases {
      let figures = latency[metric]
      rows.append([
        "  \(metric.rawValue.uppercased())", number(figures.p50.value), number(figures.p95.value), interval(figures.p95),
        number(figures.p99.value), number(forecast.subject.target[metric]),
      ])
    }
    let capacity =
      latency.isSaturated
      ? "  SATURATED: the queue grows for ever, the figures say how long the run was."
      : "  \(latency.replicas) replica(s), \(number(latency.load * 100)) % of what full batches serve, \(number(latency.meanBatch)) requests in a"
        + " batch on average."
    let part =
      latency.simulatedReplicas < latency.replicas
      ? [
        "  Simulated as \(latency.simulatedReplicas) replicas with their part of the traffic: what they share is less, so waits are rather too long."
      ]
      : []
    return Self.align(rows) + [capacity] + part + [""]
  }

  private var risk: [String] {
    let risk = forecast.risk
    var lines = [
      "Risk: \(risk.samples) samples of \(risk.requestsPerSample) requests; assumed: traffic ± \(percent(risk.trafficSpread)), latencies"
        + " ± \(percent(risk.latencySpread)) (standard deviations)"
    ]
    for promise in risk.promises {
      let bound =
        promise.bound.value.isFinite
        ? "95 % confident that \(promise.metric.title) < \(number(promise.bound.value)) ms (interval \(interval(promise.bound)))"
        : "no bound holds for \(promise.metric.title) with 95 % confidence"
      lines.append("  \(bound); \(chance(promise.chance)) that it is at most \(number(promise.target))")
    }
    lines.append("  \(chance(risk.all)) that all three targets are met; \(chance(risk.saturated)) that the replicas cannot keep up")
    var cost = "  Cost of what is needed: < \(number(risk.monthlyUSD.value)) USD a month with 95 % confidence"
    if let over = risk.overBudget { cost += "; \(chance(over)) to exceed the budget" }
    return lines + [cost, ""]
  }

  private var scaling: [String] {
    let (scaling, subject) = (forecast.scaling, forecast.subject)
    func replicas(_ count: Int?) -> String { count.map { "\($0)" } ?? "none" }
    return [
      "Replicas that meet the targets, simulated: \(replicas(scaling.minReplicas)) at \(number(scaling.steadyQPS)) requests/s,"
        + " \(replicas(scaling.maxReplicas)) at the peak of \(number(scaling.peakQPS)); the plan scales from \(subject.minReplicas)"
        + " to \(subject.maxReplicas)."
    ]
  }

  private var coldStart: [String] {
    guard let start = forecast.coldStart else { return forecast.coldStartOmitted.map { ["", "Cold start: \($0)."] } ?? [] }
    let assumed = start.assumptions
    var rows = [["A sudden peak, \(start.from) → \(start.to) replicas", "before", "until they serve", "after"]]
    for metric in ServiceLevel.Metric.allCases {
      rows.append(["  \(metric.title)"] + [start.before, start.during, start.after].map { number($0.p95[metric]) })
    }
    return [
      "",
      "Cold start: \(number(assumed.seconds)) s = \(number(assumed.reactionSeconds)) s to notice + \(number(assumed.startSeconds)) s to start"
        + " + \(number(assumed.weightsGB)) GB ÷ \(number(assumed.bandwidthGBps)) GB/s (assumed)",
    ] + Self.align(rows)
  }

  private func number(_ value: Double) -> String {
    guard value.isFinite else { return "∞" }
    return value.magnitude >= 100 ? FigureText.fixed(value, 0) : FigureText.significant(value)
  }

  private func interval(_ estimate: Estimate) -> String {
    "\(number(estimate.low))–\(number(estimate.high))"
  }

  private func percent(_ part: Double) -> String { "\(FigureText.fixed(part * 100, 0)) %" }

  private func chance(_ estimate: Estimate) -> String {
    "\(FigureText.fixed(estimate.value * 100, 1)) % (\(FigureText.fixed(estimate.low * 100, 1))–\(FigureText.fixed(estimate.high * 100, 1)))"
  }

  private static func align(_ rows: [[String]]) -> [String] {
    SummaryTable.align(rows, left: 1).split(separator: "\n").map(String.init)
  }
}
