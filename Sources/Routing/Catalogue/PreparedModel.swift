/// A model as the choice reads it: numbers in place, nothing to count references of.
struct PreparedModel: Sendable {
  let capabilities: UInt64
  let tier: QualityTier
  let contextWindow: Int
  let price: TokenPrice
  let memoryBytes: Int64
  let assumedSeconds: Double
  /// Indices among all backends of the catalogue.
  let backends: Range<Int>
  /// Not a number where the model is not listed for the task.
  let quality: TaskTable<Double>
  let hasSteps: Bool
  /// The least of its scores for tasks that are answered with text: what it is taken for at one for which it is not listed.
  let leastGenerative: Double

  init(_ facts: ModelFacts, capabilities: UInt64, backends: Range<Int>) {
    self.capabilities = capabilities
    self.backends = backends
    (tier, contextWindow, price, memoryBytes) = (facts.tier, facts.contextWindow, facts.price, facts.memoryBytes ?? 0)
    assumedSeconds = facts.speed.assumedSeconds
    var quality = TaskTable(repeating: Double.nan)
    var (steps, least) = (false, Double.nan)
    for task in TaskType.allCases {
      guard let known = facts.tasks[task] else { continue }
      quality[task] = known.score
      steps = steps || !known.steps.isEmpty
      if task.isGenerative { least = least.isNaN ? known.score : min(least, known.score) }
    }
    (self.quality, hasSteps, leastGenerative) = (quality, steps, least)
  }
}
