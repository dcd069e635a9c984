/// What outcomes say of models, by type of task, beside what the catalogue says.
///
/// The catalogue's score counts as ``priorCount`` outcomes, so that a few answers do not overturn it; older outcomes fade, because models
/// are replaced behind their names.
package struct LearnedQuality: Sendable, Equatable {
  private struct Outcomes: Sendable, Equatable {
    var count = 0.0
    var sum = 0.0
  }

  /// Outcomes that the catalogue's score is worth.
  package let priorCount: Double
  /// What remains of an outcome's weight when another one of the same model and task comes, 0–1: 1 forgets nothing.
  package let retention: Double
  private var outcomes: [TaskTable<Outcomes>]

  package init(models: Int, priorCount: Double = 20, retention: Double = 0.999) {
    self.priorCount = max(priorCount, 1e-6)
    self.retention = min(max(retention, 0), 1)
    outcomes = Array(repeating: TaskTable(repeating: Outcomes()), count: models)
  }

  /// - Parameter reward: how good the answer was, 0–1; others are cut to it, and what is no number is not taken.
  package mutating func learn(model: Int, task: TaskType, reward: Double) {
    guard outcomes.indices.contains(model), !reward.isNaN else { return }
    var seen = outcomes[model][task]
    seen.count = seen.count * retention + 1
    seen.sum = seen.sum * retention + min(max(reward, 0), 1)
    outcomes[model][task] = seen
  }

  /// The mean of the outcomes and the catalogue's score, by their weights (a Beta prior's mean).
  package func quality(of model: Int, for task: TaskType, catalog: Double) -> Double {
    guard outcomes.indices.contains(model) else { return catalog }
    let seen = outcomes[model][task]
    return (priorCount * catalog + seen.sum) / (priorCount + seen.count)
  }

  /// Outcomes of a model at a task that still count.
  package func count(of model: Int, for task: TaskType) -> Double {
    outcomes.indices.contains(model) ? outcomes[model][task].count : 0
  }
}
