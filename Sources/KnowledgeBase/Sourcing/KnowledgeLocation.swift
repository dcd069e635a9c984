import PostgresClient

/// Where facts are read from.
package enum KnowledgeLocation: Sendable, Hashable, CustomStringConvertible {
  /// The facts that ship with the program.
  case shipped
  /// An SQLite file.
  case file(path: String)
  case postgres(PostgresAddress)

  /// A word for `--database`: the shipped facts and nothing else.
  package static let shippedWord = "shipped"

  /// - Parameters:
  ///   - database: `postgres://…`, `postgresql://…`, the path of an SQLite file, or ``shippedWord``. Without it PODIUM_DATABASE
  ///     says; without that it is the user's own file when `podium catalog import` has made one, else the shipped facts.
  ///   - exists: whether there is a file at a path.
  package init(database: String?, environment: [String: String], exists: (String) -> Bool) throws(KnowledgeError) {
    if let text = database ?? environment["PODIUM_DATABASE"], !text.isEmpty {
      try self.init(text)
    } else if let path = Self.userFile(environment), exists(path) {
      self = .file(path: path)
    } else {
      self = .shipped
    }
  }

  /// - Parameter text: As for `--database`.
  package init(_ text: String) throws(KnowledgeError) {
    if text == Self.shippedWord {
      self = .shipped
    } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      do throws(PostgresError) {
        self = .postgres(try PostgresAddress(text))
      } catch {
        throw KnowledgeError(error)
      }
    } else if let scheme = text.firstRange(of: "://") {
      throw .invalidLocation(
        "\"\(text[..<scheme.lowerBound])\" is no database that is known; write postgres://USER@HOST:PORT/DATABASE, "
          + "the path of an SQLite file, or \(Self.shippedWord)")
    } else {
      self = .file(path: text)
    }
  }

  /// `catalog.sqlite` where the user's programs keep their data.
  package static func userFile(_ environment: [String: String]) -> String? {
    if let home = environment["XDG_DATA_HOME"], home.hasPrefix("/") { return "\(home)/podium/catalog.sqlite" }
    return environment["HOME"].flatMap { $0.isEmpty ? nil : "\($0)/.local/share/podium/catalog.sqlite" }
  }

  /// Others start and stop it.
  var isServer: Bool { if case .postgres = self { true } else { false } }

  /// For people; never holds a password.
  package var description: String {
    switch self {
    case .shipped: "the shipped facts"
    case .file(let path): path
    case .postgres(let address): "\(address)"
    }
  }
}
