import JSON
import Planning
import PostgresClient

/// A catalogue in PostgreSQL: benchmarks in the table `exported_summaries`, which other programs read and write too, and beside it
/// tables of our own for what does not fit in there.
///
/// - `exported_summaries` holds one row for a model, hardware, count and lengths: measured before simulated, then the highest rate.
/// - `podium_benchmarks` holds the other points of a load sweep, rows without percentiles, and what is estimated or learned.
/// - `podium_entries` holds documents (models, prices, use cases, …) that come in addition to, or in place of, the shipped ones.
///
/// A database in which Podium made `exported_summaries` counts the shipped benchmarks in; one where it found rows does not.
/// Reading needs no more than SELECT on those of the tables that are there.
struct PostgresStore: CatalogStore {
  private let address: PostgresAddress

  init(_ address: PostgresAddress) { self.address = address }

  /// Reading is done by then or not at all: a server that is slow at every statement must not hold up a refresh for minutes.
  private static let readLimit: Duration = .seconds(30)

  func load() throws(KnowledgeError) -> Catalog {
    try described {
      let connection = try PostgresConnection(address, limit: Self.readLimit)
      return try connection.transaction("ISOLATION LEVEL REPEATABLE READ READ ONLY") {
        let tables = try PostgresTables(connection)
        guard tables.summaries || tables.own else {
          throw KnowledgeError.unusable(
            "\(address) holds neither exported_summaries nor tables of Podium; podium catalog import FILE --database … makes them")
        }
        var catalog = try KnowledgeBase.catalog()
        if try !(tables.own && tables.includesShipped(connection)) { catalog.benchmarks = [] }
        if tables.own { for entry in try tables.entries(connection) { catalog.put(entry) } }
        catalog.benchmarks += try tables.rows(connection).map(\.row)
        return catalog
      }
    }
  }

  func update(_ change: CatalogChange) throws(KnowledgeError) -> CatalogChange.Summary {
    try change.check()
    return try described {
      let connection = try PostgresConnection(address)
      let shipped = try KnowledgeBase.catalog()
      return try connection.transaction("") {
        try PostgresMigrations.run(connection)
        let tables = try PostgresTables(connection)
        let includesShipped = try tables.includesShipped(connection)
        let own = try tables.rows(connection)
        let merge = CatalogMerge(
          change, own: own.enumerated().map { (Int64($0.offset), $0.element.row) }, shipped: includesShipped ? shipped.benchmarks : [],
          rounded: Set(own.indices.filter { own[$0].isRounded }.map(Int64.init)))
        try SummarySplit(own: own, merge: merge).write(connection)
        var summary = merge.summary
        for entry in change.entries { try tables.put(entry, known: shipped, &summary, connection) }
        var catalog = shipped
        for entry in try tables.entries(connection) { catalog.put(entry) }
        // What no plan could be made with is refused as a whole.
        _ = try catalog.knowledge()
        _ = try catalog.patterns()
        return summary
      }
    }
  }

  private func described<Value>(_ work: () throws -> Value) throws(KnowledgeError) -> Value {
    do {
      return try work()
    } catch let error as KnowledgeError {
      throw error
    } catch let error as PostgresError {
      throw KnowledgeError(error)
    } catch {
      throw .unusable("\(address): \(error)")
    }
  }
}
