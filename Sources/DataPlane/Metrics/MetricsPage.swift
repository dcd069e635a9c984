import Scheduling

/// What `/metrics` shows. Labels come from the policy and from statuses: their number is bounded.
struct MetricsPage {
  private let namespace: String
  private var page = MetricsText()

  init(context: DataPlaneContext, counted: LoopMetrics, now: MonotonicTime) {
    namespace = context.configuration.namespace
    let table = context.table
    let states = (table?.pools ?? []).map { ($0.name, $0.shell.statistics(now: now)) }
    writeState(states)
    writeBackends(states)
    writeCounted(counted, context.series.all)
    page.family("qos_policy_info", "gauge", "The traffic policy in force.")
    if let table { page.sample("qos_policy_info", [("namespace", namespace), ("revision", table.revision)], 1) }
    page.family("qos_connections", "gauge", "Open connections.")
    page.sample("qos_connections", [("namespace", namespace), ("side", "client")], counted.clientConnections)
    page.sample("qos_connections", [("namespace", namespace), ("side", "backend")], counted.backendConnections)
  }

  var text: String { page.text }

  private func labels(_ model: String, _ more: (String, String)...) -> [(String, String)] {
    [("namespace", namespace), ("model", model)] + more
  }

  private mutating func writeState(_ states: [(String, SchedulerStatistics)]) {
    tiers("qos_queue_depth", "Requests that wait for a slot.", states) { Double($0.waiting) }
    tiers("qos_requests_in_use", "Slots in use.", states) { Double($0.inUse) }
    tiers("qos_tier_entitlement", "The part of the capacity that the tier earns now.", states) { $0.entitlement }
    tiers("qos_tier_share", "The part of recent work that was the tier's.", states) { $0.share }
    tiers("qos_expected_wait_seconds", "What a request that arrives now would wait.", states) { $0.expectedWait?.inSeconds }
    page.family("qos_capacity", "gauge", "The sum of the limits of all backends.")
    for (model, state) in states { page.sample("qos_capacity", labels(model), state.capacity) }
    page.family("qos_reference_service_seconds", "gauge", "What a request takes on this pool today.")
    for (model, state) in states {
      if let time = state.referenceServiceTime { page.sample("qos_reference_service_seconds", labels(model), time.inSeconds) }
    }
  }

  private mutating func tiers(
    _ name: String, _ help: String, _ states: [(String, SchedulerStatistics)], _ value: (TierStatistics) -> Double?
  ) {
    page.family(name, "gauge", help)
    for (model, state) in states {
      for tier in state.tiers {
        if let value = value(tier) { page.sample(name, labels(model, ("tier", tier.name)), value) }
      }
    }
  }

  private mutating func writeBackends(_ states: [(String, SchedulerStatistics)]) {
    page.family("qos_backend_limit", "gauge", "Slots of a backend, and what decides their number.")
    for (model, state) in states {
      for backend in state.backends {
        let reason = ("reason", backend.limitReason.rawValue)
        page.sample("qos_backend_limit", labels(model, ("backend", backend.id), reason), backend.limit)
      }
    }
    page.family("qos_backend_in_use", "gauge", "Slots of a backend in use.")
    for (model, state) in states {
      for backend in state.backends { page.sample("qos_backend_in_use", labels(model, ("backend", backend.id)), backend.inUse) }
    }
    page.family("qos_breaker_state", "gauge", "0 closed, 1 half-open, 2 open.")
    for (model, state) in states {
      for backend in state.backends {
        for (tier, breaker) in zip(state.tiers, backend.breakers) {
          let value = breaker == .closed ? 0 : breaker == .halfOpen ? 1 : 2
          page.sample("qos_breaker_state", labels(model, ("tier", tier.name), ("backend", backend.id)), value)
        }
      }
    }
  }

  private mutating func writeCounted(_ counted: LoopMetrics, _ names: [SeriesRegistry.Name]) {
    let rows = zip(names, counted.series).map { ($0, $1) }
    page.family("qos_requests_total", "counter", "Requests by status and by how they ended.")
    for (name, series) in rows {
      for (answer, count) in series.answers.sorted(by: {
        ($0.key.status, $0.key.outcome.rawValue) < ($1.key.status, $1.key.outcome.rawValue)
      }) {
        let more = [("tier", name.tier), ("code", "\(answer.status)"), ("outcome", answer.outcome.label)]
        page.sample("qos_requests_total", labels(name.pool) + more, count)
      }
    }
    page.family("qos_requests_rejected_total", "counter", "Requests that led to no pool, by status.")
    for (status, count) in counted.rejected.sorted(by: { $0.key < $1.key }) {
      page.sample("qos_requests_rejected_total", [("namespace", namespace), ("code", "\(status)")], count)
    }
    histograms("qos_wait_seconds", "From the arrival to the dispatch.", rows) { $0.waits }
    histograms("qos_service_seconds", "From the dispatch to the last byte.", rows) { $0.services }
    histograms("qos_time_to_first_token_seconds", "From the arrival to the first event of a streamed answer.", rows) { $0.firstTokens }
    histograms("qos_end_to_end_seconds", "From the arrival to the last byte, of requests that were served.", rows) { $0.answered }
    page.family("qos_tokens_total", "counter", "Tokens as the model servers report them.")
    for (name, series) in rows {
      page.sample("qos_tokens_total", labels(name.pool, ("tier", name.tier), ("kind", "prompt")), series.promptTokens)
      page.sample("qos_tokens_total", labels(name.pool, ("tier", name.tier), ("kind", "output")), series.outputTokens)
    }
    page.family("qos_retries_total", "counter", "Attempts after the first.")
    for (name, series) in rows { page.sample("qos_retries_total", labels(name.pool, ("tier", name.tier)), series.retries) }
  }

  private mutating func histograms(
    _ name: String, _ help: String, _ rows: [(SeriesRegistry.Name, LoopMetrics.Series)], _ value: (LoopMetrics.Series) -> Histogram
  ) {
    page.family(name, "histogram", help)
    for (row, series) in rows { page.histogram(name, labels(row.pool, ("tier", row.tier)), value(series)) }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
