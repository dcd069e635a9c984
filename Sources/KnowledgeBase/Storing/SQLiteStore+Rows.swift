import Foundation
import GRDB
import JSON
import Planning

extension SQLiteStore {
  private static let columns =
    "kind, model, accelerator, gpus, prompt_tokens, output_tokens, concurrency, requests_per_second, ttft_mean_ms, ttft_p95_ms, "
    + "itl_mean_ms, itl_p95_ms, e2e_mean_ms, e2e_p95_ms, source, measured, engine_version, precision"

  /// - Parameter own: Only those that are not shipped.
  static func benchmarks(_ db: Database, own: Bool = false) throws -> [(id: Int64, row: Benchmark)] {
    let sql = "SELECT \(columns), id FROM benchmark" + (own ? " WHERE NOT shipped" : "") + " ORDER BY shipped DESC, id"
    var rows: [(id: Int64, row: Benchmark)] = []
    let cursor = try Row.fetchCursor(db, sql: sql)
    // Neighbouring rows mostly agree in their texts: keeping the last one shares the storage.
    var texts = LastTexts()
    while let row = try cursor.next() {
      guard let kind = Benchmark.Kind(rawValue: row[0]) else {
        throw KnowledgeError.unusable("benchmark \(row[18] as Int64): no such kind")
      }
      let model = texts.shared(row[1], 0)
      let benchmark = Benchmark(
        kind: kind, model: model, accelerator: texts.shared(row[2], 1), gpus: row[3],
        profile: TrafficProfile(promptTokens: row[4], outputTokens: row[5]), concurrency: row[6], requestsPerSecond: row[7],
        ttft: .init(mean: row[8], p95: row[9]), itl: .init(mean: row[10], p95: row[11]), e2e: .init(mean: row[12], p95: row[13]),
        source: texts.shared(row[14], 2), date: row[15], engineVersion: row[16], precision: row[17])
      rows.append((row[18], benchmark))
    }
    return rows
  }

  static func insert(_ rows: [Benchmark], shipped: Bool, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "INSERT INTO benchmark (\(columns), shipped) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    for row in rows {
      try statement.execute(arguments: [
        row.kind.rawValue, row.model, row.accelerator, row.gpus, row.profile.promptTokens, row.profile.outputTokens, row.concurrency,
        row.requestsPerSecond, row.ttft.mean, row.ttft.p95, row.itl.mean, row.itl.p95, row.e2e.mean, row.e2e.p95, row.source, row.date,
        row.engineVersion, row.precision, shipped,
      ])
    }
  }

  /// The shipped entries in their order, with what was imported in their place or after them.
  static func entries(_ db: Database) throws -> [CatalogEntry] {
    var entries: [CatalogEntry] = []
    let cursor = try Row.fetchCursor(db, sql: "SELECT kind, body FROM entry ORDER BY shipped DESC, id")
    while let row = try cursor.next() {
      guard let kind = CatalogEntry.Kind(rawValue: row[0]) else { continue }
      let body: String = row[1]
      entries.append(try CatalogEntry(kind, body: try JSONValue(parsing: body), file: "the catalogue", index: entries.count))
    }
    return Catalog(entries: entries).entries
  }

  static func put(_ entry: CatalogEntry, _ summary: inout CatalogChange.Summary, _ db: Database) throws {
    let known = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM entry WHERE kind = ? AND name = ?)", arguments: [entry.kind.rawValue, entry.name])
    if known == true { summary.replacedEntries += 1 } else { summary.addedEntries += 1 }
    try db.execute(
      sql: """
        INSERT INTO entry (kind, name, shipped, body) VALUES (?, ?, 0, ?)
        ON CONFLICT (kind, name, shipped) DO UPDATE SET name = excluded.name, body = excluded.body
        """, arguments: [entry.kind.rawValue, entry.name, entry.body.text()])
  }

  private struct LastTexts {
    private var texts = ["", "", ""]

    mutating func shared(_ text: String, _ column: Int) -> String {
      if texts[column] != text { texts[column] = text }
      return texts[column]
    }
  }
}
