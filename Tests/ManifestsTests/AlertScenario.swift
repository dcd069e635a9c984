import JSON

/// What Prometheus sees over some time, and whether an alert fires then: one unit test of promtool.
struct AlertScenario: Sendable, CustomStringConvertible {
  let alert: String
  /// Labels that tell the alert's variants apart.
  var labels: [String: String] = [:]
  let fires: Bool
  /// Series by promtool's notation: `0+10x60`.
  let series: [String: String]
  /// When it is looked at, such as `30m`.
  let at: String
  /// Between samples, such as `1m`.
  var interval = "1m"

  var description: String {
    "\(alert)\(labels.isEmpty ? "" : " \(labels.sorted { $0.key < $1.key }.map(\.value).joined(separator: " "))") \(fires ? "fires" : "is silent")"
  }

  var json: JSONValue {
    let selector = (["alertname": alert, "alertstate": "firing"].merging(labels) { $1 }).sorted { $0.key < $1.key }
    let expression = "count(ALERTS{\(selector.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ","))})"
    let firing: JSONValue = [["labels": "{}", "value": 1]]
    return [
      "name": .string(description), "interval": .string(interval),
      "input_series": .array(series.sorted { $0.key < $1.key }.map { ["series": .string($0.key), "values": .string($0.value)] }),
      "promql_expr_test": [["expr": .string(expression), "eval_time": .string(at), "exp_samples": fires ? firing : []]],
    ]
  }
}

/// Series of the model `chat` in `tenant-a`.
extension AlertScenario {
  static func own(_ metric: String, _ more: String = "") -> String {
    "\(metric){namespace=\"tenant-a\",model=\"chat\"\(more.isEmpty ? "" : ",\(more)")}"
  }
  static func engine(_ metric: String) -> String { "vllm:\(metric){namespace=\"tenant-a\",model_name=\"chat\"}" }

  /// Of 100 requests between samples, so many are bad.
  static func objectives(bad: Int, samples: Int) -> [String: String] {
    let labels = "tier=\"enterprise\",objective=\"all\""
    return [
      own("qos_slo_requests_total", "\(labels),result=\"outside\""): "0+\(bad)x\(samples)",
      own("qos_slo_requests_total", "\(labels),result=\"within\""): "0+\(100 - bad)x\(samples)",
    ]
  }
  static func failures(_ tier: String, bad: Int, samples: Int) -> [String: String] {
    [
      own("qos_requests_total", "tier=\"\(tier)\",code=\"502\",outcome=\"upstream_failed\""): "0+\(bad)x\(samples)",
      own("qos_requests_total", "tier=\"\(tier)\",code=\"200\",outcome=\"served\""): "0+\(100 - bad)x\(samples)",
      own("qos_requests_total", "tier=\"\(tier)\",code=\"499\",outcome=\"client_gone\""): "0+\(50)x\(samples)",
    ]
  }

  static let all: [AlertScenario] = burning + incidents

  /// A window of a burn rate: how often is looked (rarely over days, or it takes promtool long), when, and after how many samples.
  private static let windows: [(long: String, interval: String, at: String, samples: Int)] = [
    ("1h", "1m", "70m", 70), ("6h", "10m", "400m", 40), ("1d", "30m", "1560m", 52), ("3d", "30m", "4740m", 158),
  ]

  /// Each window above and below its threshold, in per cent of the requests. Of the one tier 1 of 100 may fail, of the other 20: 14.4 times
  /// that would be more than all of them.
  private static var burning: [AlertScenario] {
    let objective = ["1h": (74, 70), "6h": (32, 28), "1d": (17, 13), "3d": (7, 3)]
    let failing = [
      "enterprise": ["1h": (15, 14), "6h": (7, 5), "1d": (4, 2), "3d": (2, 0)],
      "free": ["1h": (82, 78), "6h": (82, 78), "1d": (62, 58), "3d": (22, 18)],
    ]
    return windows.flatMap { window in
      pairs("PodiumObjectiveBurn", "enterprise", window, objective[window.long]) { objectives(bad: $0, samples: window.samples) }
        + ["enterprise", "free"].flatMap { tier in
          pairs("PodiumFailureBurn", tier, window, failing[tier]?[window.long]) { failures(tier, bad: $0, samples: window.samples) }
        }
    }
  }

  private static func pairs(
    _ alert: String, _ tier: String, _ window: (long: String, interval: String, at: String, samples: Int), _ shares: (Int, Int)?,
    _ series: (Int) -> [String: String]
  ) -> [AlertScenario] {
    guard let (above, below) = shares else { return [] }
    return [(above, true), (below, false)].map { bad, fires in
      AlertScenario(
        alert: alert, labels: ["long": window.long, "tier": tier], fires: fires, series: series(bad), at: window.at,
        interval: window.interval)
    }
  }

  private static var incidents: [AlertScenario] {
    let served = own("qos_requests_total", "tier=\"free\",code=\"200\",outcome=\"served\"")
    let broken = own("qos_requests_total", "tier=\"free\",code=\"502\",outcome=\"broken\"")
    let (queue, capacity) = (own("qos_queue_depth", "tier=\"free\""), own("qos_capacity"))
    let use = own("qos_requests_in_use", "tier=\"free\"")
    func trips(_ values: String) -> [String: String] { [own("qos_breaker_trips_total", "tier=\"free\",backend=\"a\""): values] }
    func states(_ one: Int, _ other: Int) -> [String: String] {
      [
        own("qos_breaker_state", "tier=\"free\",backend=\"a\""): "\(one)x10",
        own("qos_breaker_state", "tier=\"free\",backend=\"b\""): "\(other)x10",
      ]
    }
    func servers(_ count: Int, waiting: Int) -> [String: String] {
      Dictionary(uniqueKeysWithValues: (0..<count).map { (own("qos_backend_limit", "backend=\"\($0)\""), "8x40") })
        .merging([queue: "\(waiting)x40"]) { $1 }
    }
    func cache(_ usage: String, preempted: String) -> [String: String] {
      [engine("kv_cache_usage_perc"): usage, engine("num_preemptions_total"): preempted]
    }
    func pair(_ alert: String, at: String, fires: [String: String], silent: [String: String]) -> [AlertScenario] {
      [
        AlertScenario(alert: alert, fires: true, series: fires, at: at), AlertScenario(alert: alert, fires: false, series: silent, at: at),
      ]
    }
    return pair(
      "PodiumErrorSpike", at: "85m", fires: [served: "0+100x90", broken: "0x79 0+20x10"],
      silent: [served: "0+100x90", broken: "0+20x90"])
      + pair("PodiumBreakerTrips", at: "20m", fires: trips("0x10 1+1x10"), silent: trips("0x10 2x10"))
      + pair("PodiumTierCutOff", at: "5m", fires: states(2, 2), silent: states(2, 0))
      + pair(
        "PodiumSaturated", at: "30m", fires: [use: "8x40", capacity: "8x40", queue: "3x40"],
        silent: [use: "8x40", capacity: "8x40", queue: "0x40"])
      + pair("PodiumAtCeiling", at: "30m", fires: servers(4, waiting: 2), silent: servers(3, waiting: 2))
      + pair(
        "PodiumNoServer", at: "20m", fires: [capacity: "0x40", queue: "1x40"], silent: [capacity: "8x40", queue: "1x40"])
      + pair(
        "PodiumEngineRefuses", at: "30m", fires: [engine("admission_rejections_total"): "0+5x40"],
        silent: [engine("admission_rejections_total"): "7x40"])
      + pair(
        "PodiumCacheFull", at: "40m", fires: cache("0.99x50", preempted: "0+2x50"), silent: cache("0.99x50", preempted: "3x50"))
      + pair("PodiumMetricsMissing", at: "30m", fires: [queue: "1x40"], silent: [capacity: "0x40"])
  }
}
