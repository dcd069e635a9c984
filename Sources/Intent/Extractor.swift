import Planning

/// Reads what a person wants to run out of a sentence, by rules: no network, no model, the same result every time.
///
///     text ─ Tokenizer ─▶ Reading ─ names ▸ quantities ▸ words ─▶ Understanding
///                        each rule marks the tokens it has explained, so that none is read twice
package struct Extractor: Sendable {
  /// In Unicode scalars. A page of text is about 3,000.
  package static let maximumLength = 20_000

  private let models: ModelNameRule
  private let accelerators: AcceleratorRule
  private let knowledge: Knowledge

  /// Names of models and GPUs are those of the knowledge.
  package init(_ knowledge: Knowledge) {
    models = ModelNameRule(knowledge)
    accelerators = AcceleratorRule(knowledge)
    self.knowledge = knowledge
  }

  package static func understanding(of text: String, knowledge: Knowledge) -> Understanding {
    Extractor(knowledge).understanding(of: text)
  }

  /// `text` beyond ``maximumLength`` is not read; callers refuse it before.
  package func understanding(of text: String) -> Understanding {
    var reading = Reading(String(text.unicodeScalars.prefix(Self.maximumLength)))
    var understanding = Understanding()
    models.apply(to: &reading, &understanding)
    accelerators.apply(to: &reading, &understanding)
    QuantityRules.apply(to: &reading, &understanding)
    PricingRule(knowledge).apply(to: &reading, &understanding)
    BudgetWordsRule.apply(to: &reading, &understanding)
    UnknownRule.apply(to: &reading, &understanding)
    UseCaseRule.apply(to: &reading, &understanding)
    PriorityRule.apply(to: &reading, &understanding)
    Consistency.check(&understanding, knowledge)
    return understanding
  }
}
