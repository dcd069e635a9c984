import Intent
import JSON
import Planning

extension Shapes {
  /// As `spec.planning` of a ModelDeployment.
  static let confidenceAndWeights = Shape.object([
    .init(
      "minimumConfidence", .choice(CapacityPlan.Confidence.allCases.map(\.rawValue)),
      "The least that is good enough; everything of at least that competes. Left out, the most certain that there is."),
    .init("excludedModels", .list(.text(1...256), 0...32), "Models not to be used, by id, alias or a part of an id such as qwen."),
    .init("minimumContextTokens", .integer(1...10_000_000), "What a model must read at a time, prompt and answer together."),
    .init("weights", weights, "What each score counts in the balanced score."),
  ])

  private static let weights = Shape.object(
    [
      weight("quality", usually: "0.4"), weight("cost", usually: "0.4"), weight("latency", usually: "0.1"),
      weight("simplicity", usually: "0.1"),
    ],
    rules: [
      .notAllZero(
        ["quality", "cost", "latency", "simplicity"], message: "all weights are 0, so that every plan is as good as any; raise one")
    ])

  private static func weight(_ name: String, usually: String) -> ObjectShape.Member {
    .init(name, .number(0...1_000_000), "\(usually) when left out.")
  }
}

extension ScoreWeights {
  /// From a value that has the shape of `planning.weights`.
  init(specification json: JSONValue?) {
    self.init()
    quality = json?["quality"]?.double ?? quality
    cost = json?["cost"]?.double ?? cost
    latency = json?["latency"]?.double ?? latency
    simplicity = json?["simplicity"]?.double ?? simplicity
  }
}
