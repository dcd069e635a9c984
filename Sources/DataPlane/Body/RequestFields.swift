/// What the proxy reads from a request's JSON body; everything else stays undecoded.
struct RequestFields: Equatable {
  /// The value of `model` without its quotes, as written.
  var model: Range<Int>?
  /// `model` is written with escapes: it must be unescaped before it is compared.
  var modelHasEscapes = false
  var streams = false
  /// The smallest of `max_tokens`, `max_completion_tokens` and `max_output_tokens`.
  var maximumOutputTokens: Int?

  /// Tokens of English text per byte, roughly: what an estimate needs, not what a bill needs.
  static let bytesPerToken = 4

  /// Prompt tokens of a body of `bytes` bytes.
  static func estimatedPromptTokens(bytes: Int) -> Int { max(1, bytes / bytesPerToken) }
}
