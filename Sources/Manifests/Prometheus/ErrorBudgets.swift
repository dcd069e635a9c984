import JSON

/// Recording rules and burn-rate alerts of one kind of promise: a share of the requests of each tier that may be bad.
///
///     qos_… ─▶ namespace_model_tier:METRIC:ratio_rateWINDOW ─▶ both windows above the threshold, and enough requests ─▶ alert
struct ErrorBudgets {
  /// Fewer requests in the long window say nothing.
  static let fewestRequests = 20

  let alertName: String
  /// The middle of the recorded names.
  let metric: String
  /// The bad ones and all of them, as selectors.
  let bad: String
  let all: String
  /// Of whom it is promised, with the share that may be bad.
  let tiers: [(name: String, budget: Double)]
  /// What is bad, for people.
  let wording: String

  func rules(_ model: MonitoredModel, runbookURL: String?) -> [Rule] {
    if tiers.isEmpty { return [] }
    return recordings(model) + tiers.flatMap { tier in BurnRate.all.map { .alerting(alert($0, tier, model, runbookURL)) } }
  }

  private func recordings(_ model: MonitoredModel) -> [Rule] {
    let ratios = BurnRate.windows.map { window in
      Rule.recording(
        name: "namespace_model_tier:\(metric):ratio_rate\(window)",
        expression: "\(model.byTier("rate(\(bad)[\(window)])")) / \(model.byTier("rate(\(all)[\(window)])"))")
    }
    return ratios
      + BurnRate.longWindows.map { window in
        .recording(name: "namespace_model_tier:\(metric):increase\(window)", expression: model.byTier("increase(\(all)[\(window)])"))
      }
  }

  private func alert(_ rate: BurnRate, _ tier: (name: String, budget: Double), _ model: MonitoredModel, _ runbookURL: String?) -> Alert {
    let threshold = rate.threshold(budget: tier.budget)
    func ratio(_ window: String) -> String { model.recorded("\(metric):ratio_rate\(window)", tier: tier.name) }
    return Alert(
      name: alertName,
      expression: "\(ratio(rate.long)) > \(threshold) and \(ratio(rate.short)) > \(threshold) "
        + "and \(model.recorded("\(metric):increase\(rate.long)", tier: tier.name)) >= \(Self.fewestRequests)",
      hold: rate.hold, severity: rate.severity, labels: ["long": rate.long, "short": rate.short, "tier": tier.name],
      summary: "\(tier.name) of \(model.name): {{ $value | humanizePercentage }} of the requests \(wording) over \(rate.long)",
      description:
        "More than \(threshold) of the requests of tier \(tier.name) of \(model.namespace)/\(model.name) \(wording), over the last "
        + "\(rate.long) and still over the last \(rate.short); \(tier.budget) is what is promised at most.",
      runbookURL: runbookURL)
  }
}
