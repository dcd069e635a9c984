/// Work in tokens, the currency of shares and of fairness between tenants.
package enum Work {
  /// An output token costs a whole pass through the model, prompt tokens are processed many at a time: the weight that the
  /// Virtual Token Counter scheduler gives it (Sheng et al., "Fairness in Serving Large Language Models", OSDI 2024).
  package static let outputWeight = 2
  /// No request is taken for longer than this, so that sums stay far from overflow.
  static let maximumTokens = 1 << 32

  package static func tokens(prompt: Int, output: Int) -> Int {
    min(max(prompt, 0), maximumTokens) + outputWeight * min(max(output, 0), maximumTokens)
  }
}
