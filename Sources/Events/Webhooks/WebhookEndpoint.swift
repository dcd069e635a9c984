import Foundation

/// Who is told of events over HTTP.
package struct WebhookEndpoint: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  /// For people and for the outbox: what waits for an endpoint waits under this name.
  package let name: String
  package let url: String
  /// Names of events; empty for all.
  package let events: Set<String>
  let secret: [UInt8]

  /// The shortest secret, bytes: Standard Webhooks asks for 24 to 64.
  package static let secretSizes = 24...64

  /// - Parameter secret: `whsec_` and base64, as Standard Webhooks writes secrets, or the base64 alone.
  package init(name: String, url: String, secret: String, events: Set<String> = []) throws(WebhookProblem) {
    guard (1...64).contains(name.utf8.count) else { throw WebhookProblem("name: write 1 to 64 characters") }
    guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty, parts.user == nil, parts.password == nil else {
      throw WebhookProblem("url: write https://HOST/PATH, without a user and password")
    }
    guard parts.scheme == "https" || (parts.scheme == "http" && Self.isLoopback(host)) else {
      throw WebhookProblem("url: write https://; http:// is for this machine only (127.0.0.1, ::1, localhost)")
    }
    let text = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
    guard let bytes = Data(base64Encoded: text), Self.secretSizes.contains(bytes.count) else {
      throw WebhookProblem(
        "secret: write whsec_ and \(Self.secretSizes.lowerBound) to \(Self.secretSizes.upperBound) random bytes in base64")
    }
    if let unknown = events.subtracting(OrchestratorEvent.names).min() {
      throw WebhookProblem("events: \"\(unknown.prefix(64))\" is not known; there are \(OrchestratorEvent.names.joined(separator: ", "))")
    }
    self.name = name
    self.url = url
    self.secret = Array(bytes)
    self.events = events
  }

  package var description: String { name }
  /// The secret stays out of every dump, and the URL's query, which may hold another one.
  package var customMirror: Mirror { Mirror(self, children: ["name": name]) }

  func takes(_ event: OrchestratorEvent) -> Bool { events.isEmpty || events.contains(event.name) }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host == "[::1]" || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
  }
}

/// What is wrong with an endpoint's description: the field, and what to write.
package struct WebhookProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
