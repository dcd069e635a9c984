import Foundation
import GRDB
import JSON
import Planning

/// A catalogue in an SQLite file: the shipped facts, and beside them what was imported.
///
/// `synchronous=FULL`: an import that was acknowledged survives a crash of the machine. Several processes may read while one writes.
struct SQLiteStore: CatalogStore {
  private let path: String
  private let queue: DatabaseQueue

  /// - Parameter creating: Makes the file and its folder when they are missing. Without it nothing is ever written.
  init(path: String, creating: Bool) throws(KnowledgeError) {
    self.path = path
    var configuration = Configuration()
    configuration.label = "podium.catalog"
    configuration.busyMode = .timeout(10)
    configuration.readonly = !creating
    do {
      if creating {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      } else if !FileManager.default.fileExists(atPath: path) {
        throw KnowledgeError.unreachable("\(path): there is no such file; podium catalog import FILE --database \(path) makes one")
      }
      queue = try DatabaseQueue(path: path, configuration: configuration)
      if creating { try Self.migrator.migrate(queue) }
    } catch let error as KnowledgeError {
      throw error
    } catch {
      throw Self.described(error, path: path)
    }
  }

  static func described(_ error: any Error, path: String) -> KnowledgeError {
    switch (error as? DatabaseError)?.resultCode {
    case .SQLITE_NOTADB: .unusable("\(path) is no SQLite database")
    case .SQLITE_BUSY: .unreachable("\(path) is being written by another process")
    case .SQLITE_CANTOPEN, .SQLITE_IOERR: .unreachable("\(path) cannot be opened: \(error)")
    default: error as? KnowledgeError ?? .unusable("\(path): \((error as? DatabaseError)?.message ?? "\(error)")")
    }
  }

  func load() throws(KnowledgeError) -> Catalog {
    do {
      return try queue.read { db in
        guard try db.tableExists("benchmark"), try db.tableExists("entry") else {
          throw KnowledgeError.unusable("\(path) holds no catalogue; podium catalog import FILE --database \(path) makes one")
        }
        return Catalog(entries: try Self.entries(db), benchmarks: try Self.benchmarks(db).map(\.row))
      }
    } catch {
      throw Self.described(error, path: path)
    }
  }

  func update(_ change: CatalogChange) throws(KnowledgeError) -> CatalogChange.Summary {
    try change.check()
    do {
      let shipped = try KnowledgeBase.catalog()
      let digest = try KnowledgeBase.digest()
      return try queue.write { db in
        try Self.keepShipped(shipped, digest: digest, db)
        let merge = CatalogMerge(change, own: try Self.benchmarks(db, own: true), shipped: shipped.benchmarks)
        let delete = try db.cachedStatement(sql: "DELETE FROM benchmark WHERE id = ?")
        for id in merge.deleted { try delete.execute(arguments: [id]) }
        try Self.insert(merge.inserted, shipped: false, db)
        var summary = merge.summary
        for entry in change.entries { try Self.put(entry, &summary, db) }
        // What no plan could be made with is refused as a whole.
        let catalog = Catalog(entries: try Self.entries(db))
        _ = try catalog.knowledge()
        _ = try catalog.patterns()
        return summary
      }
    } catch {
      throw Self.described(error, path: path)
    }
  }
}

// MARK: Schema

extension SQLiteStore {
  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: documents and benchmarks") { db in
      // Numbers that cannot be meant are refused here too: the file may be written by other programs.
      try db.execute(
        sql: """
          CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
          CREATE TABLE entry (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, shipped INTEGER NOT NULL,
            body TEXT NOT NULL CHECK (json_valid(body)), UNIQUE (kind, name, shipped));
          CREATE TABLE benchmark (
            id INTEGER PRIMARY KEY, shipped INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('measured', 'simulated', 'estimated', 'learned')),
            model TEXT NOT NULL CHECK (model <> ''), accelerator TEXT NOT NULL CHECK (accelerator <> ''),
            gpus INTEGER NOT NULL CHECK (gpus > 0), prompt_tokens INTEGER NOT NULL CHECK (prompt_tokens > 0),
            output_tokens INTEGER NOT NULL CHECK (output_tokens > 0), concurrency INTEGER CHECK (concurrency > 0),
            requests_per_second REAL CHECK (requests_per_second > 0 AND requests_per_second <= 1e9),
            ttft_mean_ms REAL CHECK (ttft_mean_ms > 0 AND ttft_mean_ms <= 86400000),
            ttft_p95_ms REAL CHECK (ttft_p95_ms > 0 AND ttft_p95_ms <= 86400000),
            itl_mean_ms REAL CHECK (itl_mean_ms > 0 AND itl_mean_ms <= 86400000),
            itl_p95_ms REAL CHECK (itl_p95_ms > 0 AND itl_p95_ms <= 86400000),
            e2e_mean_ms REAL CHECK (e2e_mean_ms > 0 AND e2e_mean_ms <= 86400000),
            e2e_p95_ms REAL CHECK (e2e_p95_ms > 0 AND e2e_p95_ms <= 86400000),
            source TEXT NOT NULL, measured TEXT, engine_version TEXT, precision TEXT,
            CHECK (concurrency IS NOT NULL OR requests_per_second IS NOT NULL));
          CREATE INDEX benchmark_configuration ON benchmark (model, accelerator, gpus, prompt_tokens, output_tokens);
          """)
    }
    return migrator
  }

  /// The facts of this program's version take the place of another version's; what was imported stays.
  private static func keepShipped(_ shipped: Catalog, digest: String, _ db: Database) throws {
    guard try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'shipped'") != digest else { return }
    try db.execute(sql: "DELETE FROM benchmark WHERE shipped; DELETE FROM entry WHERE shipped")
    let statement = try db.cachedStatement(sql: "INSERT INTO entry (kind, name, shipped, body) VALUES (?, ?, 1, ?)")
    for entry in shipped.entries { try statement.execute(arguments: [entry.kind.rawValue, entry.name, entry.body.text()]) }
    try insert(shipped.benchmarks, shipped: true, db)
    try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('shipped', ?)", arguments: [digest])
  }
}
