import JSON
import Planning
import PostgresClient

/// Which of the tables are there, and what is in them.
struct PostgresTables {
  /// A row with its place.
  struct StoredRow {
    let isSummary: Bool
    let id: String
    let row: Benchmark
    /// The table keeps two decimals, so what was written there may read differently.
    let isRounded: Bool
  }

  /// `exported_summaries`.
  let summaries: Bool
  /// The ones of Podium.
  let own: Bool

  init(_ connection: PostgresConnection) throws(PostgresError) {
    let found = try connection.execute(
      "SELECT to_regclass('exported_summaries') IS NOT NULL, to_regclass('podium_benchmarks') IS NOT NULL")
    summaries = found[0, 0] == "t"
    own = found[0, 1] == "t"
  }

  func includesShipped(_ connection: PostgresConnection) throws(PostgresError) -> Bool {
    try connection.execute("SELECT 1 FROM podium_settings WHERE key = 'shipped' AND value = 'included'").count > 0
  }

  /// Rows of all tables, checked as those of a file are.
  func rows(_ connection: PostgresConnection) throws -> [StoredRow] {
    var rows: [StoredRow] = []
    if summaries {
      // A row without a rate says nothing about capacity.
      let found = try connection.execute(
        """
        SELECT * FROM exported_summaries WHERE requests_per_second IS NOT NULL
        ORDER BY model_hf_repo, hardware, hardware_count, prompt_tokens, output_tokens LIMIT \(CatalogStoreLimits.rows + 1)
        """)
      let scale = try connection.execute(
        """
        SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('exported_summaries') AND attname = 'requests_per_second'
          AND atttypid = 'numeric'::regtype AND atttypmod >= 0
        """)
      rows += try Self.parse(found, table: "exported_summaries", isSummary: true, isRounded: scale.count > 0)
    }
    if own {
      let found = try connection.execute("SELECT * FROM podium_benchmarks ORDER BY id LIMIT \(CatalogStoreLimits.rows + 1)")
      rows += try Self.parse(found, table: "podium_benchmarks", isSummary: false, isRounded: false)
    }
    return rows
  }

  func entries(_ connection: PostgresConnection) throws -> [CatalogEntry] {
    let found = try connection.execute("SELECT kind, body FROM podium_entries ORDER BY position")
    var entries: [CatalogEntry] = []
    for row in 0..<found.count {
      guard let kind = found[row, 0].flatMap(CatalogEntry.Kind.init(rawValue:)) else { continue }
      entries.append(try CatalogEntry(kind, body: try JSONValue(parsing: found.bytes(row, 1)), file: "podium_entries", index: row))
    }
    return entries
  }

  func put(
    _ entry: CatalogEntry, known: Catalog, _ summary: inout CatalogChange.Summary, _ connection: PostgresConnection
  ) throws(PostgresError) {
    let result = try connection.execute(
      """
      INSERT INTO podium_entries (kind, name, body) VALUES ($1, $2, $3::json)
      ON CONFLICT (kind, lower(name)) DO UPDATE SET name = excluded.name, body = excluded.body RETURNING (xmax = 0)
      """, [entry.kind.rawValue, entry.name, entry.body.text()])
    let isNew = result[0, 0] == "t" && known[entry.kind, entry.name] == nil
    if isNew { summary.addedEntries += 1 } else { summary.replacedEntries += 1 }
  }
}

extension PostgresTables {
  /// The same checks as for a CSV file: a cell of a database is text too.
  private static func parse(_ found: PostgresRows, table: String, isSummary: Bool, isRounded: Bool) throws -> [StoredRow] {
    guard found.count <= CatalogStoreLimits.rows else {
      throw KnowledgeError.unusable("\(table) has more than \(CatalogStoreLimits.rows) rows")
    }
    let names = found.columns
    let header = names.map { Array((isSummary ? BenchmarkColumns.otherNames[$0] ?? $0 : $0).utf8)[...] }
    var parser = BenchmarkRowParser(columns: try BenchmarkColumns(header, file: table), file: table, sources: [:], rowTitle: "row")
    let id = names.firstIndex(of: "id")
    var cells: [ArraySlice<UInt8>] = []
    return try (0..<found.count).map { row in
      cells.removeAll(keepingCapacity: true)
      for column in names.indices { cells.append(found.bytes(row, column)) }
      let key = id.flatMap { found[row, $0] }
      do {
        return StoredRow(isSummary: isSummary, id: key ?? "", row: try parser.row(cells, line: row + 1), isRounded: isRounded)
      } catch let error as ImportError {
        throw ImportError(file: "\(table), id \(key ?? "unknown")", reason: error.reason)
      }
    }
  }
}
