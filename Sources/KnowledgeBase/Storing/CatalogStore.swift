import Planning

/// A place that keeps a catalogue. All calls block.
protocol CatalogStore {
  func load() throws(KnowledgeError) -> Catalog
  /// In one transaction: all of the change or nothing.
  func update(_ change: CatalogChange) throws(KnowledgeError) -> CatalogChange.Summary
}

extension KnowledgeLocation {
  func store(creating: Bool) throws(KnowledgeError) -> any CatalogStore {
    switch self {
    case .shipped: throw .readOnly("the shipped facts cannot be changed; name a database with --database")
    case .file(let path): try SQLiteStore(path: path, creating: creating)
    case .postgres(let address): PostgresStore(address)
    }
  }
}

/// What a store keeps at most.
package enum CatalogStoreLimits {
  /// Learned rows of one model, accelerator, number of GPUs and lengths: months of days, and plans stay fast.
  package static let learnedRows = 100
  /// Rows of a table of PostgreSQL, which anybody may have filled: forty times what ships, and plans take a second or two.
  package static let rows = 200_000
  /// Of a file to import: the rows above take about 30 MB.
  package static let fileBytes = 256 << 20
}
