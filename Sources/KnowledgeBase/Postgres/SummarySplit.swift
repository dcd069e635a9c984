import JSON
import Planning
import PostgresClient

/// Which rows go to `exported_summaries`, which has room for one of a configuration, and which to our own table.
struct SummarySplit {
  private struct Configuration: Hashable {
    let model: String
    let accelerator: String
    let gpus: Int
    let profile: TrafficProfile
  }

  private(set) var deleted: [PostgresTables.StoredRow] = []
  private(set) var summaries: [Benchmark] = []
  private(set) var others: [Benchmark] = []

  init(own: [PostgresTables.StoredRow], merge: CatalogMerge) {
    let gone = Set(merge.deleted)
    let kept = own.enumerated().filter { !gone.contains(Int64($0.offset)) }.map(\.element)
    deleted = own.enumerated().filter { gone.contains(Int64($0.offset)) }.map(\.element)
    let rows = kept.map(\.row) + merge.inserted
    var best: [Configuration: Int] = [:]
    for (index, row) in rows.enumerated() where Self.fits(row) {
      let configuration = Configuration(model: row.model, accelerator: row.accelerator, gpus: row.gpus, profile: row.profile)
      if let other = best[configuration], !Self.precedes(row, rows[other]) { continue }
      best[configuration] = index
    }
    let chosen = Set(best.values)
    for (index, row) in rows.enumerated() {
      let isSummary = chosen.contains(index)
      if index < kept.count {
        if kept[index].isSummary == isSummary { continue }
        deleted.append(kept[index])
      }
      if isSummary { summaries.append(row) } else { others.append(row) }
    }
  }

  private static func fits(_ row: Benchmark) -> Bool {
    row.serviceLevel != nil && row.requestsPerSecond != nil && (row.kind == .measured || row.kind == .simulated)
      && row.model.utf8.count <= 255 && row.accelerator.utf8.count <= 100
  }

  /// Measured before simulated, then the highest rate, then the lowest E2E.
  private static func precedes(_ row: Benchmark, _ other: Benchmark) -> Bool {
    if row.kind != other.kind { return row.kind == .measured }
    let rates = (row.requestsPerSecond ?? 0, other.requestsPerSecond ?? 0)
    return rates.0 != rates.1 ? rates.0 > rates.1 : (row.e2e.p95 ?? 0) < (other.e2e.p95 ?? 0)
  }

  func write(_ connection: PostgresConnection) throws(PostgresError) {
    for table in [true, false] {
      let ids = deleted.filter { $0.isSummary == table }.map(\.id)
      guard !ids.isEmpty else { continue }
      try connection.execute(
        "DELETE FROM \(table ? "exported_summaries" : "podium_benchmarks") WHERE id::text IN (SELECT json_array_elements_text($1::json))",
        [JSONValue(ids).text()])
    }
    try insert(
      summaries, connection, table: "exported_summaries",
      columns: "kind, model_hf_repo, hardware, hardware_count, prompt_tokens, output_tokens, concurrency, requests_per_second, ttft_mean, "
        + "ttft_p95, itl_mean, itl_p95, e2e_mean, e2e_p95, source, benchmark_date, framework_version, precision")
    try insert(
      others, connection, table: "podium_benchmarks",
      columns: "kind, model, accelerator, gpus, prompt_tokens, output_tokens, concurrency, requests_per_second, ttft_mean_ms, ttft_p95_ms, "
        + "itl_mean_ms, itl_p95_ms, e2e_mean_ms, e2e_p95_ms, source, measured, engine_version, precision")
  }

  /// A thousand rows at a time: few round trips, and messages of a bounded size.
  private func insert(
    _ rows: [Benchmark], _ connection: PostgresConnection, table: String, columns: String
  ) throws(PostgresError) {
    for start in stride(from: 0, to: rows.count, by: 1000) {
      let chunk = rows[start..<min(start + 1000, rows.count)]
      try connection.execute(
        """
        INSERT INTO \(table) (\(columns))
        SELECT kind, model, accelerator, gpus, prompt_tokens, output_tokens, concurrency, requests_per_second, ttft_mean_ms, ttft_p95_ms,
          itl_mean_ms, itl_p95_ms, e2e_mean_ms, e2e_p95_ms, source, measured, engine_version, precision
        FROM json_to_recordset($1::json) AS r(kind TEXT, model TEXT, accelerator TEXT, gpus INTEGER, prompt_tokens INTEGER,
          output_tokens INTEGER, concurrency INTEGER, requests_per_second NUMERIC, ttft_mean_ms NUMERIC, ttft_p95_ms NUMERIC,
          itl_mean_ms NUMERIC, itl_p95_ms NUMERIC, e2e_mean_ms NUMERIC, e2e_p95_ms NUMERIC, source TEXT, measured DATE,
          engine_version TEXT, precision TEXT)
        """, [JSONValue.array(chunk.map(\.json)).text()])
    }
  }
}
