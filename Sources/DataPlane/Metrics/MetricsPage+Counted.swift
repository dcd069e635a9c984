import Scheduling

// What the event loops have counted since the start.
extension MetricsPage {
  private typealias Row = (name: SeriesRegistry.Name, series: TierMetrics)

  mutating func writeCounted(_ counted: LoopMetrics, _ known: [(name: SeriesRegistry.Name, layouts: SeriesLayouts)]) {
    // Every tier has its series from the start, so that a first failure is seen as a rise from 0.
    let rows = known.enumerated().map { index, known in
      var series = index < counted.series.count ? counted.series[index] : TierMetrics()
      series.adopt(known.layouts)
      return (name: known.name, series: series)
    }
    writeRequests(rows)
    writeRejected(counted)
    histograms("qos_wait_seconds", "Waiting for a slot, of requests that got one.", rows) { $0.waits }
    histograms("qos_service_seconds", "From the last dispatch to the last byte.", rows) { $0.services }
    histograms("qos_time_to_first_token_seconds", "From the arrival to the first event of a streamed answer.", rows) { $0.firstTokens }
    histograms("qos_inter_token_latency_seconds", "Mean gap between the tokens of one streamed answer.", rows) { $0.gaps }
    histograms("qos_end_to_end_seconds", "From the arrival to the last byte, of requests that were served.", rows) { $0.answered }
    writeTokens(rows)
    writeCached(rows)
    writeBusiness(rows)
  }

  private mutating func writeRequests(_ rows: [Row]) {
    page.family("qos_requests_total", .counter, "Requests by status and by how they ended.")
    for row in rows {
      let answers = row.series.answers.entries.sorted {
        ($0.key.status, $0.key.outcome.rawValue) < ($1.key.status, $1.key.outcome.rawValue)
      }
      for answer in answers {
        let more = [("tier", row.name.tier), ("code", "\(answer.key.status)"), ("outcome", "\(answer.key.outcome.label)")]
        page.sample("qos_requests_total", labels(row.name.pool) + more, answer.count)
      }
    }
    faults("qos_errors_total", "Errors by whose fault they are and by their code.", rows) { _ in true }
    faults("qos_refusals_total", "Requests refused by this proxy, by reason.", rows) { $0.origin == .proxy }
    page.family("qos_retries_total", .counter, "Attempts after the first, by how the one before failed.")
    for row in rows {
      for kind in FailureKind.allCases {
        let count = row.series.retries.entries.first { $0.key == kind }?.count ?? 0
        page.sample("qos_retries_total", labels(row.name.pool, ("tier", row.name.tier), ("reason", kind.rawValue)), count)
      }
    }
  }

  private mutating func faults(_ name: String, _ help: String, _ rows: [Row], _ isWanted: (LoopMetrics.Fault) -> Bool) {
    let isRefusal = name == "qos_refusals_total"
    page.family(name, .counter, help)
    for row in rows {
      for (fault, count) in row.series.faults.entries.sorted(by: { $0.key.code < $1.key.code }) where isWanted(fault) {
        let more = isRefusal ? [("reason", fault.code)] : [("origin", fault.origin.rawValue), ("error", fault.code)]
        page.sample(name, labels(row.name.pool, ("tier", row.name.tier)) + more, count)
      }
    }
  }

  private mutating func writeRejected(_ counted: LoopMetrics) {
    page.family("qos_requests_rejected_total", .counter, "Requests that led to no pool, by status and error.")
    for (key, count) in counted.rejected.entries.sorted(by: { ($0.key.status, $0.key.fault.code) < ($1.key.status, $1.key.fault.code) }) {
      let more = [("code", "\(key.status)"), ("origin", key.fault.origin.rawValue), ("error", key.fault.code)]
      page.sample("qos_requests_rejected_total", [("namespace", namespace)] + more, count)
    }
  }

  private mutating func writeTokens(_ rows: [Row]) {
    page.family("qos_tokens_total", .counter, "Tokens, as reported by the model servers or estimated by the proxy where they report none.")
    for row in rows {
      for (kind, tokens) in [("prompt", row.series.promptTokens), ("output", row.series.outputTokens)] {
        for (source, count) in [("reported", tokens.reported), ("estimated", tokens.estimated)] {
          page.sample("qos_tokens_total", labels(row.name.pool, ("tier", row.name.tier), ("kind", kind), ("source", source)), count)
        }
      }
    }
  }

  private mutating func writeCached(_ rows: [Row]) {
    page.family("qos_cached_prompt_tokens_total", .counter, "Of the reported prompt tokens, those that were in a model server's cache.")
    for row in rows {
      page.sample("qos_cached_prompt_tokens_total", labels(row.name.pool, ("tier", row.name.tier)), row.series.cachedTokens)
    }
  }

  private mutating func writeBusiness(_ rows: [Row]) {
    page.family("qos_revenue_usd_total", .counter, "What answered requests have earned, in US dollars, by the policy's prices.")
    for row in rows { page.sample("qos_revenue_usd_total", labels(row.name.pool, ("tier", row.name.tier)), row.series.revenue) }
    page.family(
      "qos_slo_requests_total", .counter,
      "Requests within and outside of what is promised to their tier; objective all is outside too when the request failed or was refused.")
    for row in rows {
      let parts = [
        ("all", row.series.compliance), ("ttft", row.series.firstTokenCompliance), ("itl", row.series.gapCompliance),
        ("e2e", row.series.endToEndCompliance),
      ]
      for (objective, compliance) in parts where compliance != Compliance() {
        for (result, count) in [("within", compliance.within), ("outside", compliance.outside)] {
          let more = [("tier", row.name.tier), ("objective", objective), ("result", result)]
          page.sample("qos_slo_requests_total", labels(row.name.pool) + more, count)
        }
      }
    }
  }

  private mutating func histograms(_ name: String, _ help: String, _ rows: [Row], _ value: (TierMetrics) -> Histogram) {
    page.family(name, .histogram, help)
    for row in rows { page.histogram(name, labels(row.name.pool, ("tier", row.name.tier)), value(row.series)) }
  }
}

extension TierMetrics {
  /// Objectives have their bounds before the first request: what a loop counted in another layout is the same counts.
  fileprivate mutating func adopt(_ layouts: SeriesLayouts) {
    firstTokens.adopt(layouts.firstToken)
    gaps.adopt(layouts.gap)
    answered.adopt(layouts.endToEnd)
  }
}
