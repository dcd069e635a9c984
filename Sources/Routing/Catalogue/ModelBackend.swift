/// Where a model can be asked.
package struct ModelBackend: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// A pool of this program's data plane, by its name.
    case pool
    /// A server that speaks OpenAI's API.
    case openai
    /// A server that speaks Ollama's own API.
    case ollama
  }

  package var kind: Kind
  /// The pool's name; empty for others.
  package var pool: String
  /// `http://…` or `https://…`; empty for a pool.
  package var url: String
  /// What the model is called there.
  package var model: String

  package init(kind: Kind, pool: String = "", url: String = "", model: String) {
    self.kind = kind
    self.pool = pool
    self.url = url
    self.model = model
  }

  /// For people: `pool chat`, `ollama http://127.0.0.1:11434`.
  package var name: String { "\(kind.rawValue) \(kind == .pool ? pool : url)" }
}
