import Foundation

/// A Redis server: `redis://USER:PASSWORD@HOST:PORT/DATABASE`, all but the host optional.
package struct RedisAddress: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package let host: String
  package let port: Int
  package let database: Int
  let user: String?
  let password: String?

  private static let advice = "write redis://USER:PASSWORD@HOST:PORT/DATABASE, with %XX for special characters"

  package init(_ text: String) throws(RedisError) {
    guard let scheme = text.firstRange(of: "://") else {
      throw .invalidAddress("this is no Redis URL; \(Self.advice)")
    }
    switch text[..<scheme.lowerBound] {
    case "redis": break
    case "rediss":
      throw .invalidAddress(
        "rediss:// is not spoken: hiredis comes without TLS here; let a TLS proxy stand before the server and write redis://")
    default: throw .invalidAddress("this is no Redis URL; \(Self.advice)")
    }
    guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.query == nil, parts.fragment == nil else {
      throw .invalidAddress("this is no Redis URL; \(Self.advice)")
    }
    let path = parts.path.drop { $0 == "/" }
    guard path.isEmpty || Int(path).map({ (0..<1_000_000).contains($0) }) == true else {
      throw .invalidAddress("the database of a Redis URL is a number, 0 when it is left out; \(Self.advice)")
    }
    self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    port = parts.port ?? 6379
    database = Int(path) ?? 0
    user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
    password = parts.password
  }

  /// Without the password.
  package var description: String {
    "redis://\(user.map { "\($0)@" } ?? "")\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)"
  }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
