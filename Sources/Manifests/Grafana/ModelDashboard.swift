/// How the model servers do: for whoever runs them.
enum ModelDashboard {
  static func make(_ intent: ServingIntent) -> Dashboard {
    let model = MonitoredModel(intent)
    func p95(_ metric: String) -> String {
      "histogram_quantile(0.95, sum by (le) (rate(\(model.engine("\(metric)_bucket"))[$__rate_interval])))"
    }
    func rate(_ metric: String, by label: String) -> String { "sum by (\(label)) (rate(\(model.engine(metric))[$__rate_interval]))" }
    return DashboardsManifest.dashboard(
      "model", "model servers", intent,
      [
        [
          .init(
            title: "Time to the first token, p95", unit: "s",
            queries: [
              (p95("time_to_first_token_seconds"), "at the server"), ("vector(\(intent.plan.target.ttft / 1000))", "planned for"),
            ]),
          .init(
            title: "Gap between tokens, p95", unit: "s",
            queries: [(p95("inter_token_latency_seconds"), "at the server"), ("vector(\(intent.plan.target.itl / 1000))", "planned for")]),
          .init(
            title: "Whole answer, p95", unit: "s",
            queries: [(p95("e2e_request_latency_seconds"), "at the server"), ("vector(\(intent.plan.target.e2e / 1000))", "planned for")]),
        ],
        [
          .init(
            title: "Running and waiting in vLLM", unit: "short",
            queries: [
              ("sum(\(model.engine("num_requests_running")))", "running"), ("sum(\(model.engine("num_requests_waiting")))", "waiting"),
            ]),
          .init(title: "KV cache", unit: "percentunit", queries: [("max by (pod) (\(model.engine("kv_cache_usage_perc")))", "{{pod}}")]),
          .init(
            title: "Prefix cache hits", unit: "percentunit",
            queries: [
              ("\(rate("prefix_cache_hits_total", by: "model_name")) / \(rate("prefix_cache_queries_total", by: "model_name"))", "hits")
            ]),
        ],
        [
          .init(
            title: "Tokens", unit: "short",
            queries: [
              (rate("prompt_tokens_total", by: "model_name"), "read a second"),
              (rate("generation_tokens_total", by: "model_name"), "written a second"),
            ]),
          .init(
            title: "Preempted and refused", unit: "short",
            queries: [
              (rate("num_preemptions_total", by: "model_name"), "preempted a second"),
              (rate("admission_rejections_total", by: "reason"), "refused: {{reason}}"),
            ]),
          .init(
            title: "Answers by how they ended", unit: "reqps",
            queries: [(rate("request_success_total", by: "finished_reason"), "{{finished_reason}}")]),
        ],
      ])
  }
}
