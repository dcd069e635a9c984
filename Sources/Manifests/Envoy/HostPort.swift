/// A host's name or address, and a port.
package struct HostPort: Sendable, Hashable, CustomStringConvertible {
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// `name`, `name:9002`, `10.0.0.1:9002` or `[::1]:9002`; `nil` for anything else.
  package init?(_ text: String, defaultPort: Int) {
    var (host, port) = (text[...], defaultPort)
    let isBare = text.filter { $0 == ":" }.count > 1 && !text.hasPrefix("[")
    if !isBare, let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
      guard let number = Int(text[text.index(after: colon)...]) else { return nil }
      (host, port) = (text[..<colon], number)
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty, !host.contains(" "), (1...65535).contains(port) else { return nil }
    self.init(host: String(host), port: port)
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
