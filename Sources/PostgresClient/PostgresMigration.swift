/// One step of a schema's history: done once in a database, never changed afterwards.
package struct PostgresMigration: Sendable {
  /// Unique among all of Podium's; what the table `podium_migrations` remembers.
  package let name: String
  package let statements: [String]

  package init(_ name: String, _ statements: [String]) {
    self.name = name
    self.statements = statements
  }
}

extension PostgresConnection {
  /// Any number that no other program locks: two migrations at a time wait for each other.
  private static let migrationLock = 7_034_201_655

  /// Does those of the steps that were not done yet, in their order, inside the caller's transaction.
  package func migrate(_ steps: [PostgresMigration]) throws(PostgresError) {
    try execute("SELECT pg_advisory_xact_lock(\(Self.migrationLock))")
    try execute("CREATE TABLE IF NOT EXISTS podium_migrations (name TEXT PRIMARY KEY, applied TIMESTAMPTZ NOT NULL DEFAULT now())")
    let rows = try execute("SELECT name FROM podium_migrations")
    let applied = Set((0..<rows.count).compactMap { rows[$0, 0] })
    for step in steps where !applied.contains(step.name) {
      for statement in step.statements { try execute(statement) }
      try execute("INSERT INTO podium_migrations (name) VALUES ($1)", [step.name])
    }
  }
}
