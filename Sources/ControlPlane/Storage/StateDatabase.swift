import Foundation
import GRDB
import JSON
import Kubernetes

/// The one SQLite file: the objects as they are, and the last changes for watches that resume.
///
/// WAL with `synchronous=NORMAL`: a write that was acknowledged is in the operating system's hands, so it survives `kill -9`
/// and any crash of this process. A crash of the whole machine may take the last moments, never the file's consistency;
/// a server for development does not pay an fsync for every write to exclude that too.
struct StateDatabase: Sendable {
  static let fileName = "state.sqlite"

  private let queue: DatabaseQueue

  /// - Parameter directory: created when it is missing; `nil` keeps everything in memory.
  init(directory: String?) throws {
    var configuration = Configuration()
    configuration.label = "control plane state"
    guard let directory else {
      queue = try DatabaseQueue(configuration: configuration)
      try Self.migrator.migrate(queue)
      return
    }
    configuration.prepareDatabase { db in
      // One process owns the file. A second one is refused here instead of answering from a stale memory.
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      queue = try DatabaseQueue(path: "\(directory)/\(Self.fileName)", configuration: configuration)
      try Self.migrator.migrate(queue)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      throw StoreError.unusable(path: directory, reason: "another process uses it; stop that one or choose another --state-dir")
    } catch {
      throw StoreError.unusable(path: directory, reason: "\(error)")
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: objects, changes and the version counter") { db in
      try db.execute(
        sql: """
          CREATE TABLE object (
            collection TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
            version INTEGER NOT NULL, uid TEXT NOT NULL, facts TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (collection, namespace, name));
          CREATE TABLE change (
            version INTEGER PRIMARY KEY, collection TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
            kind INTEGER NOT NULL, uid TEXT NOT NULL, facts TEXT NOT NULL, previous TEXT, body BLOB NOT NULL);
          CREATE TABLE counter (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, compacted INTEGER NOT NULL);
          INSERT INTO counter VALUES (1, 1, 1);
          """)
    }
    return migrator
  }

  func close() throws { try queue.close() }
}

// MARK: Reading

extension StateDatabase {
  struct Contents {
    var version: Int64
    var compacted: Int64
    var objects: [StoredObject]
  }

  /// Everything, when the server starts.
  func load() throws -> Contents {
    try queue.read { db in
      guard let counter = try Row.fetchOne(db, sql: "SELECT version, compacted FROM counter") else {
        throw DatabaseError(message: "the version counter is missing")
      }
      var objects: [StoredObject] = []
      let rows = try Row.fetchCursor(db, sql: "SELECT collection, namespace, name, version, uid, facts, body FROM object")
      while let row = try rows.next() { objects.append(try Self.object(row)) }
      return Contents(version: counter["version"], compacted: counter["compacted"], objects: objects)
    }
  }

  /// The changes after `version` in a collection (or in all of them), oldest first.
  func changes(after version: Int64, in collection: CollectionName?) throws -> [StoreEvent] {
    try queue.read { db in
      let sql = "SELECT * FROM change WHERE version > ?" + (collection == nil ? "" : " AND collection = ?") + " ORDER BY version"
      let arguments: StatementArguments = collection.map { [version, $0.description] } ?? [version]
      var events: [StoreEvent] = []
      let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
      while let row = try rows.next() {
        let kind: Int = row["kind"]
        let previous: String? = row["previous"]
        events.append(
          StoreEvent(
            kind: StoreEvent.Kind(rawValue: kind) ?? .modified, object: try Self.object(row),
            previous: try previous.map { ObjectFacts(stored: try JSONValue(parsing: $0)) }))
      }
      return events
    }
  }

  private static func object(_ row: Row) throws -> StoredObject {
    let namespace: String = row["namespace"]
    let collection: String = row["collection"]
    let facts: String = row["facts"]
    let body: Data = row["body"]
    return StoredObject(
      collection: CollectionName(text: collection), key: ObjectKey(namespace: namespace.isEmpty ? nil : namespace, name: row["name"]),
      uid: row["uid"], resourceVersion: row["version"], facts: ObjectFacts(stored: try JSONValue(parsing: facts)), body: [UInt8](body))
  }
}

// MARK: Writing

extension StateDatabase {
  /// Makes one change durable, as one transaction.
  func record(_ event: StoreEvent) throws {
    let object = event.object
    let namespace = object.key.namespace ?? ""
    let facts = object.facts.stored.text()
    let body = Data(object.body)
    try queue.write { db in
      try db.cachedStatement(sql: "UPDATE counter SET version = ?").execute(arguments: [object.resourceVersion])
      try db.cachedStatement(sql: "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(arguments: [
        object.resourceVersion, object.collection.description, namespace, object.key.name, event.kind.rawValue, object.uid, facts,
        event.previous?.stored.text(), body,
      ])
      if event.kind == .deleted {
        try db.cachedStatement(sql: "DELETE FROM object WHERE collection = ? AND namespace = ? AND name = ?").execute(arguments: [
          object.collection.description, namespace, object.key.name,
        ])
      } else {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?)").execute(arguments: [
          object.collection.description, namespace, object.key.name, object.resourceVersion, object.uid, facts, body,
        ])
      }
    }
  }

  /// Forgets the changes up to and including `version`.
  func compact(through version: Int64) throws {
    try queue.write { db in
      try db.execute(sql: "DELETE FROM change WHERE version <= ?", arguments: [version])
      try db.execute(sql: "UPDATE counter SET compacted = ?", arguments: [version])
    }
  }
}
