import CPostgres

/// What a statement gave back, as text.
package final class PostgresRows {
  private let result: OpaquePointer

  init(_ result: OpaquePointer) { self.result = result }

  deinit { PQclear(result) }

  package var count: Int { Int(PQntuples(result)) }

  package var columns: [String] { (0..<PQnfields(result)).map { String(cString: PQfname(result, $0)) } }

  /// `nil` for NULL.
  package subscript(row: Int, column: Int) -> String? {
    PQgetisnull(result, Int32(row), Int32(column)) == 1 ? nil : String(cString: PQgetvalue(result, Int32(row), Int32(column)))
  }

  /// A cell's bytes; none for NULL.
  package func bytes(_ row: Int, _ column: Int) -> ArraySlice<UInt8> {
    let length = Int(PQgetlength(result, Int32(row), Int32(column)))
    guard length > 0, let start = PQgetvalue(result, Int32(row), Int32(column)) else { return [] }
    return UnsafeRawBufferPointer(start: start, count: length).map { $0 }[...]
  }
}
