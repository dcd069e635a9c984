/// Who may ask.
package struct ConsoleAccess: Sendable {
  /// What a request has to show; `nil` on loopback only.
  package let token: String?
  private let isLoopback: Bool

  /// Bound to loopback: a token is not needed, and checked where there is one.
  package static func loopback(token: String?) -> ConsoleAccess { ConsoleAccess(token: token, isLoopback: true) }
  package static func network(token: String) -> ConsoleAccess { ConsoleAccess(token: token, isLoopback: false) }

  /// `nil` when anybody could ask: a host that is not loopback needs a token.
  package init?(host: String, token: String?) {
    let isLoopback = Self.isLoopback(host)
    guard isLoopback || token != nil else { return nil }
    self.init(token: token, isLoopback: isLoopback)
  }

  private init(token: String?, isLoopback: Bool) {
    self.token = token
    self.isLoopback = isLoopback
  }

  package static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  func check(_ request: ConsoleRequest) throws(ConsoleProblem) {
    if let token {
      let shown =
        request.authorization.map { $0.utf8.count > 7 && $0.lowercased().hasPrefix("bearer ") ? String($0.dropFirst(7)) : "" } ?? ""
      guard Self.isEqual(Array(shown.utf8), Array(token.utf8)) else {
        throw ConsoleProblem(
          .unauthorized, "Send the header Authorization: Bearer TOKEN.", headers: [("WWW-Authenticate", "Bearer realm=\"podium\"")])
      }
    } else if isLoopback, let host = request.host, !Self.isLoopback(Self.name(host)) {
      // A page elsewhere whose name was made to point here (DNS rebinding) comes with its own name.
      throw ConsoleProblem(.forbidden, "This server answers under localhost and 127.0.0.1 only.")
    }
  }

  /// The host without its port.
  private static func name(_ host: String) -> String {
    if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
    return String(host.prefix { $0 != ":" })
  }

  /// Takes as long for a token that is nearly right as for any other of its length.
  private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
