/// What there is, what it costs and what it earns: for whoever pays.
enum CapacityDashboard {
  static func make(_ intent: ServingIntent) -> Dashboard {
    let model = MonitoredModel(intent)
    let servers = "count(max by (backend) (\(model.own("qos_backend_limit"))))"
    let hourly = "\(servers) * \(intent.plan.cost.perHourUSD / Double(max(1, intent.plan.replicas)))"
    let tokens = "sum(rate(\(model.own("qos_tokens_total"))[1h]))"
    let revenue = "sum(rate(\(model.own("qos_revenue_usd_total"))[1h])) * 3600"
    return DashboardsManifest.dashboard(
      "capacity", "capacity and cost", intent,
      [
        [
          .init(
            title: "Replicas", unit: "short",
            queries: [
              (servers, "serving"), ("vector(\(intent.minReplicas))", "fewest"), ("vector(\(intent.maxReplicas))", "most"),
            ]),
          .init(
            title: "Demand against capacity", unit: "short",
            queries: [
              ("sum(\(model.own("qos_requests_in_use")))", "in use"), ("sum(\(model.own("qos_queue_depth")))", "waiting"),
              ("sum(\(model.own("qos_capacity")))", "slots"),
            ]),
          .init(
            title: "Slots of each server", unit: "short",
            queries: [
              ("max by (backend) (\(model.own("qos_backend_in_use")))", "{{backend}} in use"),
              ("max by (backend) (\(model.own("qos_backend_limit")))", "{{backend}} slots"),
            ]),
        ],
        [
          .init(
            title: "Cost an hour", unit: "currencyUSD", queries: [(hourly, "cost")],
            description: "Replicas that serve, at the plan's price of one."),
          .init(
            title: "Earned an hour", unit: "currencyUSD", queries: [(revenue, "earned")],
            description: "By the prices of the policy's tiers."),
          .init(
            title: "Cost of a thousand tokens", unit: "currencyUSD", queries: [("(\(hourly)) / (\(tokens) * 3.6)", "cost")],
            description: "Over the last hour, prompts and answers together."),
        ],
      ])
  }
}
