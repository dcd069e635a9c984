/// A language model that a person named for reading sentences.
package struct LanguageModelEndpoint: Sendable {
  package enum API: String, Sendable {
    /// `POST …/v1/chat/completions` with `response_format`.
    case openAI
    /// `POST …/api/chat` with `format`.
    case ollama
  }

  package let api: API
  /// Without a slash at its end; paths of the API follow.
  package let base: String
  /// `nil` takes the first that the server lists.
  package var model: String?
  /// Sent as a bearer token.
  package var key: String?
  /// For a whole exchange.
  package var timeout: Duration

  /// The largest answer that is read.
  package static let maximumAnswer = 256 * 1024
  package static let defaultTimeout = Duration.seconds(30)

  /// - Parameter url: `http://localhost:11434` (Ollama, also by `/api/chat`), or an OpenAI-compatible server, with or without `/v1`.
  ///   `nil` when it is no HTTP URL.
  package init?(url: String, model: String? = nil, key: String? = nil, timeout: Duration = defaultTimeout) {
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else { return nil }
    var base = url
    while base.hasSuffix("/") { base.removeLast() }
    let rest = base.drop { $0 != ":" }.dropFirst(3)
    let authority = rest.prefix { $0 != "/" }
    guard !authority.isEmpty, !authority.contains("@"), !base.contains(where: { $0.isWhitespace || $0 == "?" || $0 == "#" }) else {
      return nil
    }
    let path = rest.dropFirst(authority.count)
    if path == "/api" || path == "/api/chat" || path == "/api/generate" || (path.isEmpty && authority.hasSuffix(":11434")) {
      api = .ollama
      self.base = String(base.dropLast(path.count))
    } else {
      api = .openAI
      for suffix in ["/chat/completions", "/completions"] where base.hasSuffix(suffix) { base.removeLast(suffix.count) }
      if path.isEmpty { base += "/v1" }
      self.base = base
    }
    self.model = model
    self.key = key
    self.timeout = timeout
  }
}

/// Why a language model's answer cannot be used, for people.
package struct LanguageModelProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
