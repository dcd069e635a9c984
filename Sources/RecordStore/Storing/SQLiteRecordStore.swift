import Foundation
import GRDB

/// Records in an SQLite file of this process: what there is without any configuration, and where records wait while PostgreSQL is away.
///
/// A write-ahead log with `synchronous=FULL`: what ``write(_:)`` returned from survives a crash of the machine.
package final class SQLiteRecordStore: RecordStore {
  private let path: String
  private let pool: DatabaseQueue

  package init(path: String) throws(RecordStoreError) {
    self.path = path
    do {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      var configuration = Configuration()
      configuration.label = "podium.records"
      configuration.busyMode = .timeout(10)
      configuration.journalMode = .wal
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      pool = try DatabaseQueue(path: path, configuration: configuration)
      try Self.migrator.migrate(pool)
    } catch {
      throw Self.described(error, path: path)
    }
  }

  package func write(_ batch: RecordBatch) throws(RecordStoreError) {
    guard !batch.isEmpty else { return }
    try described {
      try pool.write { db in
        try Self.insert(batch.requests, db)
        let insert = try db.cachedStatement(sql: Self.insertResource)
        for resource in batch.resources { try insert.execute(arguments: Self.arguments(resource)) }
        let put = try db.cachedStatement(sql: Self.putState)
        for state in batch.latestStates { try put.execute(arguments: Self.arguments(state)) }
      }
    }
  }

  package func requests(since: Date, limit: Int) throws(RecordStoreError) -> [OrchestratorRequest] {
    try described {
      try pool.read { db in
        try Row.fetchAll(
          db, sql: "SELECT * FROM orchestrator_requests WHERE created_at >= ? ORDER BY created_at DESC, id LIMIT ?",
          arguments: [since.timeIntervalSince1970, limit]
        ).map(Self.request)
      }
    }
  }

  package func resources(since: Date, limit: Int) throws(RecordStoreError) -> [SystemResource] {
    try described {
      try pool.read { db in
        try Row.fetchAll(
          db, sql: "SELECT * FROM system_resources WHERE recorded_at >= ? ORDER BY recorded_at DESC, id LIMIT ?",
          arguments: [since.timeIntervalSince1970, limit]
        ).reversed().map(Self.resource)
      }
    }
  }

  package func metrics() throws(RecordStoreError) -> [ModelMetric] {
    try described {
      try pool.read { db in try Row.fetchAll(db, sql: "SELECT * FROM model_metrics ORDER BY model_name").map(Self.metric) }
    }
  }

  package func prune(before: Date, limit: Int) throws(RecordStoreError) -> Int {
    try described {
      try pool.write { db in
        var count = 0
        for (table, time) in [("orchestrator_requests", "created_at"), ("system_resources", "recorded_at")] {
          try db.execute(
            sql: "DELETE FROM \(table) WHERE rowid IN (SELECT rowid FROM \(table) WHERE \(time) < ? LIMIT ?)",
            arguments: [before.timeIntervalSince1970, limit])
          count += db.changesCount
        }
        return count
      }
    }
  }

  private func described<Value>(_ work: () throws -> Value) throws(RecordStoreError) -> Value {
    do {
      return try work()
    } catch {
      throw Self.described(error, path: path)
    }
  }

  private static func described(_ error: any Error, path: String) -> RecordStoreError {
    switch (error as? DatabaseError)?.resultCode {
    case .SQLITE_NOTADB: .refused("\(path) is no SQLite database")
    case .SQLITE_BUSY: .unreachable("\(path) is being written by another process")
    case .SQLITE_FULL: .unreachable("\(path): the disk is full")
    case .SQLITE_CANTOPEN, .SQLITE_IOERR: .unreachable("\(path) cannot be written: \(error)")
    default: error as? RecordStoreError ?? .refused("\(path): \((error as? DatabaseError)?.message ?? "\(error)")")
    }
  }
}
