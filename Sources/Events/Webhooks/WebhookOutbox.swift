import Foundation
import GRDB

/// What waits to be delivered, in a file: it survives the end of the process. Calls block.
final class WebhookOutbox: Sendable {
  struct Delivery: Sendable, Hashable {
    var event: String
    var endpoint: String
    var body: [UInt8]
    /// That failed.
    var attempts: Int
  }

  private let path: String
  private let queue: DatabaseQueue

  init(path: String) throws(WebhookProblem) {
    self.path = path
    do {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      var configuration = Configuration()
      configuration.label = "podium.outbox"
      configuration.busyMode = .timeout(10)
      configuration.journalMode = .wal
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { db in
        try db.execute(
          sql: """
            CREATE TABLE IF NOT EXISTS deliveries (
              event TEXT NOT NULL, endpoint TEXT NOT NULL, body BLOB NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL,
              is_dead INTEGER NOT NULL DEFAULT 0, last_error TEXT, PRIMARY KEY (endpoint, event));
            CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (is_dead, endpoint, next_at);
            """)
      }
    } catch {
      throw WebhookProblem("\(path) cannot hold what waits for webhooks: \(error)")
    }
  }

  /// Keeps all of them durably, or none.
  func append(_ deliveries: [(event: String, endpoint: String, body: [UInt8])], at now: Date) throws {
    try queue.write { db in
      let insert = try db.cachedStatement(sql: "INSERT OR IGNORE INTO deliveries (event, endpoint, body, next_at) VALUES (?, ?, ?, ?)")
      for delivery in deliveries {
        try insert.execute(arguments: [delivery.event, delivery.endpoint, Data(delivery.body), now.timeIntervalSince1970])
      }
    }
  }

  /// Those of an endpoint whose time has come, the longest due first.
  func due(_ endpoint: String, at now: Date, limit: Int) throws -> [Delivery] {
    try queue.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM deliveries WHERE is_dead = 0 AND endpoint = ? AND next_at <= ? ORDER BY next_at, rowid LIMIT ?",
        arguments: [endpoint, now.timeIntervalSince1970, limit]
      ).map { row in
        Delivery(event: row["event"], endpoint: row["endpoint"], body: Array(row["body"] as Data), attempts: row["attempts"])
      }
    }
  }

  /// When the next of an endpoint's is due.
  func next(_ endpoint: String) throws -> Date? {
    try queue.read { db in
      try Double.fetchOne(db, sql: "SELECT min(next_at) FROM deliveries WHERE is_dead = 0 AND endpoint = ?", arguments: [endpoint])
    }.map(Date.init(timeIntervalSince1970:))
  }

  func delivered(_ delivery: Delivery) throws {
    try queue.write {
      try $0.execute(sql: "DELETE FROM deliveries WHERE endpoint = ? AND event = ?", arguments: [delivery.endpoint, delivery.event])
    }
  }

  /// - Parameter next: When to try again; `nil` for never: it becomes a dead letter.
  func failed(_ delivery: Delivery, error: String, next: Date?) throws {
    try queue.write {
      try $0.execute(
        sql: "UPDATE deliveries SET attempts = attempts + 1, last_error = ?, next_at = ?, is_dead = ? WHERE endpoint = ? AND event = ?",
        arguments: [error, next?.timeIntervalSince1970 ?? 0, next == nil, delivery.endpoint, delivery.event])
    }
  }

  func counts() throws -> (waiting: Int, dead: Int) {
    try queue.read { db in
      let dead = try Int.fetchOne(db, sql: "SELECT count(*) FROM deliveries WHERE is_dead = 1") ?? 0
      return (try Int.fetchOne(db, sql: "SELECT count(*) FROM deliveries WHERE is_dead = 0") ?? 0, dead)
    }
  }

  /// Dead letters are due again, from their first attempt on. Returns how many there were.
  func revive(at now: Date) throws -> Int {
    try queue.write { db in
      try db.execute(
        sql: "UPDATE deliveries SET is_dead = 0, attempts = 0, next_at = ? WHERE is_dead = 1", arguments: [now.timeIntervalSince1970])
      return db.changesCount
    }
  }
}
