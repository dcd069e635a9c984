import Scheduling

/// What `/metrics` shows. Labels come from the policy and from fixed words: no request and no tenant adds one.
struct MetricsPage {
  let namespace: String
  var page: MetricsText

  init(context: DataPlaneContext, counted: LoopMetrics, format: MetricsText.Format, now: MonotonicTime) {
    namespace = context.configuration.namespace
    page = MetricsText(format)
    let table = context.table
    let states = (table?.pools ?? []).map { ($0.name, $0.shell.statistics(now: now)) }
    writeState(states)
    writeBackends(states)
    writeCounted(counted, context.series.all)
    writeVariants(counted.variants, context.variants.all)
    if let desk = context.tokens { writeTokens(counted.tokens, desk.verifier.statistics) }
    let names = context.series.all
    page.sessions(counted.sessions) { [namespace] number in
      number < names.count ? [("namespace", namespace), ("model", names[number].name.pool), ("tier", names[number].name.tier)] : nil
    }
    page.family("qos_policy_info", .gauge, "The traffic policy in force.")
    if let table { page.sample("qos_policy_info", [("namespace", namespace), ("revision", table.revision)], 1) }
    page.family("qos_policy_refused", .gauge, "1 while the newest traffic policy is refused and the one before it stays in force.")
    page.sample("qos_policy_refused", [("namespace", namespace)], context.standing.refusal == nil ? 0 : 1)
    page.family("qos_series_folded", .gauge, "Pairs of model and tier of the policy in force that are counted as model other, tier other.")
    page.sample("qos_series_folded", [("namespace", namespace)], context.series.folded)
    page.family("qos_connections", .gauge, "Open connections.")
    page.sample("qos_connections", [("namespace", namespace), ("side", "client")], counted.clientConnections)
    page.sample("qos_connections", [("namespace", namespace), ("side", "backend")], counted.backendConnections)
    page.family("qos_tls_handshakes_failed_total", .counter, "TLS handshakes that clients did not complete.")
    page.sample("qos_tls_handshakes_failed_total", [("namespace", namespace)], counted.failedHandshakes)
    FleetMetrics.write(context.fleet.snapshot, namespace: namespace, to: &page)
    writeSinks(context.configuration)
    page.finish()
  }

  var text: String { page.text }

  func labels(_ model: String, _ more: (String, String)...) -> [(String, String)] {
    [("namespace", namespace), ("model", model)] + more
  }
}

// What the metrics' companions could not take.
extension MetricsPage {
  private mutating func writeSinks(_ configuration: DataPlaneConfiguration) {
    if let log = configuration.accessLog {
      outcomes("qos_access_log_lines_total", "Lines of the access log of this process.", "written", log.written, log.dropped)
    }
    if let sink = configuration.tracing?.sink {
      outcomes("qos_spans_total", "Spans of the traces of this process.", "exported", sink.exported, sink.dropped)
    }
  }

  private mutating func outcomes(_ name: String, _ help: String, _ good: String, _ count: UInt64, _ dropped: UInt64) {
    page.family(name, .counter, help)
    page.sample(name, [("namespace", namespace), ("outcome", good)], count)
    page.sample(name, [("namespace", namespace), ("outcome", "dropped")], dropped)
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
