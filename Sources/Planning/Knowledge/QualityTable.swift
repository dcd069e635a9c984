/// How good a model's answers are for a use case, 0–100: by size, with a bonus for families that are strong at the task.
package struct QualityTable: Sendable, Hashable {
  /// A model of at least `billions` parameters scores `score`; ascending by size.
  package struct Step: Sendable, Hashable {
    package var billions: Double
    package var score: Double

    package init(billions: Double, score: Double) {
      self.billions = billions
      self.score = score
    }
  }

  package var steps: [Step]
  /// Use case → part of a model's id → points. Of several parts that match, the one with most points counts.
  package var bonuses: [String: [String: Double]]

  package init(steps: [Step], bonuses: [String: [String: Double]]) {
    self.steps = steps.sorted { $0.billions < $1.billions }
    self.bonuses = bonuses
  }

  package static let empty = QualityTable(steps: [], bonuses: [:])

  /// 0–100. A model smaller than the first step scores as the first step does.
  package func score(of model: ModelEntry, for useCase: String?) -> Double {
    let size = (steps.last { $0.billions <= model.parametersBillions } ?? steps.first)?.score ?? 0
    let id = model.id.lowercased()
    var bonus = 0.0
    for (part, points) in useCase.flatMap({ bonuses[$0] }) ?? [:] where id.contains(part) { bonus = max(bonus, points) }
    return min(100, size + bonus)
  }

  /// Billions of parameters as a model's name tells them: `…-8b-…` is 8, `8x7B` is 56; 0 when it does not.
  package static func parametersBillions(inName name: String) -> Double {
    var largest = 0.0
    for word in name.lowercased().split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == ".") }) where word.last == "b" {
      let factors = word.dropLast().split(separator: "x", omittingEmptySubsequences: false).map { Double($0) }
      guard !factors.isEmpty, !factors.contains(nil) else { continue }
      largest = max(largest, factors.reduce(1) { $0 * ($1 ?? 0) })
    }
    return largest
  }
}
