/// Who gets what: for whoever answers to the customers of a tier.
enum TierDashboard {
  static func make(_ intent: ServingIntent) -> Dashboard {
    let model = MonitoredModel(intent)
    let tier = "{{tier}}"
    let within = model.rate("qos_slo_requests_total", "objective=\"all\",result=\"within\"")
    return DashboardsManifest.dashboard(
      "tiers", "tiers", intent,
      [
        [
          .init(
            title: "Requests within what is promised", unit: "percentunit",
            queries: [("\(within) / \(model.rate("qos_slo_requests_total", "objective=\"all\""))", tier)]),
          .init(title: "Time to the first token, p95", unit: "s", queries: [(model.percentile("qos_time_to_first_token_seconds"), tier)]),
          .init(title: "Whole answer, p95", unit: "s", queries: [(model.percentile("qos_end_to_end_seconds"), tier)]),
        ],
        [
          .init(
            title: "Waiting", unit: "short", queries: [("sum by (tier) (\(model.own("qos_queue_depth")))", tier)]),
          .init(title: "Wait for a slot, p95", unit: "s", queries: [(model.percentile("qos_wait_seconds"), tier)]),
          .init(
            title: "Share of the work against what is earned", unit: "percentunit",
            queries: [
              ("avg by (tier) (\(model.own("qos_tier_share")))", tier),
              ("avg by (tier) (\(model.own("qos_tier_entitlement")))", "\(tier) earns"),
            ]),
        ],
        [
          .init(title: "Requests", unit: "reqps", queries: [(model.rate("qos_requests_total"), tier)]),
          .init(
            title: "Refused and failed", unit: "reqps",
            queries: [
              (model.rate("qos_refusals_total", by: "tier, reason"), "\(tier) refused: {{reason}}"),
              (model.rate("qos_requests_total", MonitoredModel.failed), "\(tier) failed"),
            ]),
          .init(
            title: "Breakers", unit: "short",
            queries: [
              ("max by (tier) (\(model.own("qos_breaker_state")))", "\(tier): 0 closed, 1 half-open, 2 open"),
              ("sum by (tier) (increase(\(model.own("qos_breaker_trips_total"))[15m]))", "\(tier): trips in 15 min"),
            ]),
        ],
      ])
  }
}
