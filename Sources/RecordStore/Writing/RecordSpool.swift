import Foundation
import GRDB

/// Records that wait in a file until the store is back: they survive the end of the process.
final class RecordSpool: Sendable {
  private let path: String
  private let queue: DatabaseQueue
  private let limit: Int

  /// - Parameter limit: More records than that are not taken; about 300 bytes each.
  init(path: String, limit: Int) throws(RecordStoreError) {
    self.path = path
    self.limit = limit
    do {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      var configuration = Configuration()
      configuration.label = "podium.spool"
      configuration.busyMode = .timeout(10)
      configuration.journalMode = .wal
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { try $0.execute(sql: "CREATE TABLE IF NOT EXISTS waiting (position INTEGER PRIMARY KEY, body BLOB NOT NULL)") }
    } catch {
      throw .refused("\(path) cannot hold what waits for the store: \(error)")
    }
  }

  func count() throws(RecordStoreError) -> Int { try described { try queue.read { try Self.count($0) } } }

  /// Keeps all of them durably, or none: `false` when they do not fit.
  func append(_ records: some Collection<Record>) throws(RecordStoreError) -> Bool {
    try described {
      let bodies = try records.map { try JSONEncoder().encode($0) }
      return try queue.write { db in
        guard try Self.count(db) + bodies.count <= limit else { return false }
        let insert = try db.cachedStatement(sql: "INSERT INTO waiting (body) VALUES (?)")
        for body in bodies { try insert.execute(arguments: [body]) }
        return true
      }
    }
  }

  /// The oldest, and the position of the last of them.
  func first(_ count: Int) throws(RecordStoreError) -> (records: [Record], last: Int64)? {
    try described {
      let rows = try queue.read {
        try Row.fetchAll($0, sql: "SELECT position, body FROM waiting ORDER BY position LIMIT ?", arguments: [count])
      }
      guard let last = rows.last else { return nil }
      return (try rows.map { try JSONDecoder().decode(Record.self, from: $0["body"]) }, last["position"])
    }
  }

  /// Forgets what the store has now.
  func remove(through position: Int64) throws(RecordStoreError) {
    try described { try queue.write { try $0.execute(sql: "DELETE FROM waiting WHERE position <= ?", arguments: [position]) } }
  }

  private static func count(_ db: Database) throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM waiting") ?? 0 }

  private func described<Value>(_ work: () throws -> Value) throws(RecordStoreError) -> Value {
    do {
      return try work()
    } catch {
      throw .refused("\(path): \((error as? DatabaseError)?.message ?? "\(error)")")
    }
  }
}
