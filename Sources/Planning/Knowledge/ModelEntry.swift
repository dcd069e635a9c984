/// A model of the catalogue.
package struct ModelEntry: Sendable, Hashable {
  /// The Hugging Face id.
  package var id: String
  /// Other names people use for it.
  package var aliases: [String]
  /// Billions of parameters; a mixture of experts counts all of them.
  package var parametersBillions: Double
  /// The longest prompt and answer together, in tokens.
  package var contextLength: Int
  /// GPU memory that the weights need at least, in GB.
  package var minimumMemoryGB: Int
  /// Names of use cases it is known to be good at.
  package var recommendedFor: [String]
  /// Only benchmarks name it: nothing but its name is known.
  package var isUnlisted: Bool { contextLength == 0 }

  package init(
    id: String, aliases: [String] = [], parametersBillions: Double, contextLength: Int, minimumMemoryGB: Int, recommendedFor: [String]
  ) {
    self.id = id
    self.aliases = aliases
    self.parametersBillions = parametersBillions
    self.contextLength = contextLength
    self.minimumMemoryGB = minimumMemoryGB
    self.recommendedFor = recommendedFor
  }
}
