/// What the proxy reads from a request's body; everything else stays undecoded. Ranges are offsets in the body.
struct RequestFields: Equatable {
  /// The value of `model` without its quotes, as written.
  var model: Range<Int>?
  /// `model` is written with escapes: it must be unescaped before it is compared.
  var modelHasEscapes = false
  var streams = false
  /// The smallest of `max_tokens`, `max_completion_tokens` and `max_output_tokens`.
  var maximumOutputTokens: Int?
  /// `n`: how many answers are wanted to one prompt, each of `maximumOutputTokens` at most.
  var choices = 1
  /// The whole value of `messages`, `prompt` or `input`: what a server can have in its cache.
  var prompt: Range<Int>?
  /// The content of `prompt_cache_key`: requests with one key share the beginning of their prompts.
  var cacheKey: Range<Int>?
  /// The content of `user`: the caller's own word for who is behind a request.
  var user: Range<Int>?
  /// The whole value of `priority`.
  var priority: Range<Int>?
  /// `stream_options` has a value other than `null`.
  var hasStreamOptions = false
  /// Where members can be added: behind the opening brace. `nil` in a form, which has no members.
  var firstMember: Int?

  /// The most tokens that all answers together may have.
  var maximumTotalOutput: Int? { maximumOutputTokens.map { min($0, 1 << 32) * choices } }

  /// Tokens of English text per byte, roughly: what an estimate needs, not what a bill needs.
  static let bytesPerToken = 4
  /// More answers to one prompt than any server gives.
  static let maximumChoices = 1024

  /// Prompt tokens of a body of `bytes` bytes.
  static func estimatedPromptTokens(bytes: Int) -> Int { max(1, bytes / bytesPerToken) }
}
