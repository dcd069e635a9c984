/// What goes wrong with a deployment, beside its error budgets.
struct Incidents {
  private let intent: ServingIntent
  private let model: MonitoredModel

  init(_ intent: ServingIntent) {
    self.intent = intent
    model = MonitoredModel(intent)
  }

  var alerts: [Alert] { [spike, trips, cutOff, saturated, atCeiling, noServer, engineRefuses, cacheFull, silent] }

  private func alert(
    _ name: String, _ severity: Alert.Severity, hold: String, _ expression: String, summary: String, description: String
  ) -> Alert {
    Alert(
      name: name, expression: expression, hold: hold, severity: severity, summary: "\(intent.name): \(summary)",
      description: "\(intent.namespace)/\(intent.name): \(description)", runbookURL: intent.settings.monitoring.runbookURL)
  }

  /// Against the hour before, so that a tier with an open budget tells too.
  private var spike: Alert {
    func share(_ window: String, _ offset: String = "") -> String {
      let bad = model.byModel("rate(\(model.own("qos_requests_total", MonitoredModel.failed))[\(window)]\(offset))")
      return "(\(bad) / \(model.byModel("rate(\(model.own("qos_requests_total", MonitoredModel.judged))[\(window)]\(offset))")))"
    }
    let enough = model.byModel("increase(\(model.own("qos_requests_total", MonitoredModel.failed))[5m])")
    return alert(
      "PodiumErrorSpike", .warning, hold: "1m",
      "(\(share("5m")) > 0.05 unless \(share("5m")) <= 5 * \(share("1h", " offset 5m"))) and \(enough) >= 10",
      summary: "{{ $value | humanizePercentage }} of the requests fail, suddenly",
      description: "the share of failing requests is above 5 % and five times that of the hour before.")
  }

  private var trips: Alert {
    alert(
      "PodiumBreakerTrips", .warning, hold: "0m",
      "\(model.byTier("increase(\(model.own("qos_breaker_trips_total"))[15m])")) >= 3",
      summary: "breakers of tier {{ $labels.tier }} opened {{ $value | humanize }} times in a quarter of an hour",
      description: "a tier turns away from model servers that fail or are slow, again and again.")
  }

  private var cutOff: Alert {
    alert(
      "PodiumTierCutOff", .critical, hold: "1m",
      "min by (namespace, model, tier) (\(model.own("qos_breaker_state"))) == 2",
      summary: "tier {{ $labels.tier }} has no server left",
      description: "the breakers of a tier are open for every model server: its requests wait or are refused.")
  }

  private var saturated: Alert {
    let full = "\(model.byModel(model.own("qos_requests_in_use"))) / \(model.byModel(model.own("qos_capacity"))) > 0.95"
    return alert(
      "PodiumSaturated", .warning, hold: "15m", "\(full) and \(model.byModel(model.own("qos_queue_depth"))) > 0",
      summary: "{{ $value | humanizePercentage }} of the slots are in use, and requests wait",
      description: "every model server is full and requests have waited for 15 minutes.")
  }

  /// Each data plane sees every server: the one that sees most counts.
  private var atCeiling: Alert {
    let servers = "count by (namespace, model) (max by (namespace, model, backend) (\(model.own("qos_backend_limit"))))"
    return alert(
      "PodiumAtCeiling", .warning, hold: "15m",
      "\(servers) >= \(intent.maxReplicas) and \(model.byModel(model.own("qos_queue_depth"))) > 0",
      summary: "all {{ $value }} replicas run, and requests wait",
      description: "requests wait and no more than \(intent.maxReplicas) replicas may run: the limit of the budget or of autoscaling.")
  }

  /// Longer than a server takes to start.
  private var noServer: Alert {
    let hold = max(300, StartupTime(intent).expectedSeconds ?? 600)
    return alert(
      "PodiumNoServer", .critical, hold: "\(hold)s",
      "\(model.byModel(model.own("qos_queue_depth"))) > 0 and \(model.byModel(model.own("qos_capacity"))) == 0",
      summary: "requests wait and no server runs", description: "requests wait, and no model server has come up in \(hold) s.")
  }

  private var engineRefuses: Alert {
    alert(
      "PodiumEngineRefuses", .warning, hold: "10m",
      "sum by (namespace, model_name) (rate(\(model.engine("admission_rejections_total"))[5m])) > 0",
      summary: "vLLM refuses {{ $value | humanize }} requests a second",
      description: "model servers refuse requests because their own queue is full: somebody goes around the data plane, or sends too much.")
  }

  private var cacheFull: Alert {
    let preempted = "sum by (namespace, model_name) (rate(\(model.engine("num_preemptions_total"))[5m])) > 0"
    return alert(
      "PodiumCacheFull", .warning, hold: "15m",
      "max by (namespace, model_name) (\(model.engine("kv_cache_usage_perc"))) > 0.95 and \(preempted)",
      summary: "the KV cache is {{ $value | humanizePercentage }} full and requests are preempted",
      description: "model servers give up work they have begun because their KV cache is full: requests are longer than planned.")
  }

  private var silent: Alert {
    alert(
      "PodiumMetricsMissing", .warning, hold: "15m", "absent(\(model.own("qos_capacity")))",
      summary: "no data plane reports",
      description: "Prometheus gets no metrics of this model from any data plane: no other alert can fire.")
  }
}
