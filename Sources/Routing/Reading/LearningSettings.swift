import PolicyFormat

/// Whether outcomes change what is chosen; off unless a file says so.
package struct LearningSettings: Sendable, Equatable {
  /// The share of requests that go to a model by chance.
  package var exploration: Double
  /// Outcomes that the catalogue's score is worth.
  package var priorOutcomes: Double

  package init(exploration: Double = 0.05, priorOutcomes: Double = 20) {
    self.exploration = exploration
    self.priorOutcomes = priorOutcomes
  }

  init(_ fields: FieldReader) throws(PolicyError) {
    var reader = fields
    self.init()
    exploration = try reader.number("exploration") ?? exploration
    guard (0...0.5).contains(exploration) else {
      throw PolicyError(path: reader.path("exploration"), reason: "is \(exploration): write a share from 0 to 0.5")
    }
    priorOutcomes = try reader.number("priorOutcomes") ?? priorOutcomes
    guard priorOutcomes > 0, priorOutcomes <= 1e6 else {
      throw PolicyError(path: reader.path("priorOutcomes"), reason: "is \(priorOutcomes): write a number above 0, at most 1000000")
    }
    try reader.finish()
  }
}
