import CPostgres

/// A PostgreSQL database as libpq's URL names it: `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full&…`. What the URL does
/// not say comes from the PG… variables, the password from PGPASSWORD or ~/.pgpass, as with every client of PostgreSQL.
package struct PostgresAddress: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Holds the password: only for libpq.
  let url: String
  /// `postgres://user@host:5432/database`, without password and parameters.
  package let description: String

  package init(_ url: String) throws(PostgresError) {
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(url, &message) else {
      defer { PQfreemem(message) }
      throw .invalidAddress(Self.advice(message.map { String(cString: $0) } ?? ""))
    }
    defer { PQconninfoFree(options) }
    var parts: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { parts[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    self.url = url
    let user = parts["user"].map { "\($0)@" } ?? ""
    let port = parts["port"].map { ":\($0)" } ?? ""
    description = "postgres://\(user)\(parts["host"] ?? parts["hostaddr"] ?? "")\(port)/\(parts["dbname"] ?? "")"
  }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["url": description]) }

  /// libpq quotes the part it stumbled over, which may be the password: only the name of a wrong parameter is passed on.
  private static func advice(_ message: String) -> String {
    let known = message.hasPrefix("invalid URI query parameter") ? " (\(message.split(separator: "\n").joined(separator: " ")))" : ""
    return "this is no PostgreSQL URL\(known); write postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full, the password in PGPASSWORD, "
      + "and %XX for special characters"
  }
}
