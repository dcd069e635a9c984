import PostgresClient

/// Where records are kept.
package enum RecordLocation: Sendable, Hashable, CustomStringConvertible {
  /// An SQLite file, made when it is missing.
  case file(path: String)
  case postgres(PostgresAddress)

  /// - Parameter text: `postgres://…`, `postgresql://…`, or the path of an SQLite file.
  package init(_ text: String) throws(RecordStoreError) {
    if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      do throws(PostgresError) {
        self = .postgres(try PostgresAddress(text))
      } catch {
        throw .invalidLocation("\(error)")
      }
    } else if let scheme = text.firstRange(of: "://") {
      throw .invalidLocation(
        "\"\(text[..<scheme.lowerBound])\" is no store that is known; write postgres://USER@HOST:PORT/DATABASE or the path of an SQLite file"
      )
    } else if text.isEmpty {
      throw .invalidLocation("there is no path; write postgres://USER@HOST:PORT/DATABASE or the path of an SQLite file")
    } else {
      self = .file(path: text)
    }
  }

  /// A store of its own, for one thread.
  package func open() throws(RecordStoreError) -> any RecordStore {
    switch self {
    case .file(let path): try SQLiteRecordStore(path: path)
    case .postgres(let address): PostgresRecordStore(address)
    }
  }

  /// For people; never holds a password.
  package var description: String {
    switch self {
    case .file(let path): path
    case .postgres(let address): "\(address)"
    }
  }
}
