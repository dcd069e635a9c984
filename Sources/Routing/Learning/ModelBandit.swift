/// Tries models now and then that are not the best by what is known, to learn what they are worth: ε-greedy, per type of task (Sutton
/// and Barto, Reinforcement Learning, 2nd edition, section 2.2), over qualities that start at the catalogue's and follow outcomes.
///
/// It chooses only among those that passed every filter: an experiment never breaks a bound. The floor is never undercut, so that every
/// model that may be asked goes on being asked and a change is noticed.
package struct ModelBandit: Sendable, Equatable {
  /// The share of requests that go to a model by chance, 0–1.
  package let exploration: Double
  package private(set) var learned: LearnedQuality

  package init(models: Int, exploration: Double, priorCount: Double = 20, retention: Double = 0.999) {
    self.exploration = min(max(exploration, 0), 1)
    learned = LearnedQuality(models: models, priorCount: priorCount, retention: retention)
  }

  package struct Pick: Sendable, Equatable {
    /// In ``ModelSelection/ranked``.
    package var place: Int
    package var isExploration: Bool
    /// With which it was going to be picked: what an evaluation of another policy on the same record divides by.
    package var probability: Double

    package init(place: Int, isExploration: Bool, probability: Double) {
      self.place = place
      self.isExploration = isExploration
      self.probability = probability
    }
  }

  /// - Parameter random: seeded: the same seed gives the same picks.
  package func pick(from selection: ModelSelection, random: inout some RandomNumberGenerator) -> Pick? {
    let count = selection.ranked.count
    guard count > 0 else { return nil }
    let chance = exploration / Double(count)
    let explores = Double(random.next() >> 11) * 0x1p-53 < exploration
    let place = explores ? Int(random.next(upperBound: UInt64(count))) : 0
    return Pick(place: place, isExploration: explores, probability: place == 0 ? 1 - exploration + chance : chance)
  }

  /// - Parameter reward: how good the answer was, 0–1.
  package mutating func learn(model: Int, task: TaskType, reward: Double) { learned.learn(model: model, task: task, reward: reward) }
}

extension ModelSelection {
  /// The same selection with another one of its models in front.
  package func preferring(_ pick: ModelBandit.Pick) -> ModelSelection {
    guard ranked.indices.contains(pick.place), pick.place > 0 else { return self }
    var selection = self
    selection.ranked.insert(selection.ranked.remove(at: pick.place), at: 0)
    return selection
  }
}
