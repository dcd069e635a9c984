import Intent
import JSON
import KnowledgeBase
import Planning

extension CatalogResource {
  static func patterns(_ resources: ConsoleResources) -> Operation {
    list(
      "patterns", id: "listPatterns", "Workload patterns: how requests come over time.", filters: [contains("name")],
      members: [
        .init("name", .text(1...64), "As `podium catalog list patterns` names it.", required: true),
        .init("peakToMean", Shapes.figure, "The busiest minute's rate ÷ the mean rate.", required: true),
        .init(
          "arrivalVariation", Shapes.figure, "Standard deviation ÷ mean of the time between requests; 1 for a Poisson process.",
          required: true),
      ]
    ) { call in
      resources.facts.snapshot().patterns.filter { matches($0.name, call.string("name")) }.map(CatalogReport.json)
    }
  }

  static func quality(_ resources: ConsoleResources) -> Operation {
    let useCase = Operation.Parameter("useCase", .choice(UseCaseName.allCases.map(\.rawValue)), "Only for this one.")
    return list(
      "quality", id: "listQuality", "How good each model's answers are for each use case, 0 to 100.",
      filters: [contains("model"), useCase],
      members: [
        .init("model", .text(1...256), "Hugging Face id.", required: true),
        .init("useCase", .text(1...64), "As specifications name it.", required: true),
        .init("score", .number(0...100), "By size, and by family where one is strong at the task.", required: true),
      ]
    ) { call in
      let knowledge = resources.facts.knowledge()
      let useCases = knowledge.useCases.map(\.name).filter { name in call.string("useCase").map { $0 == name } ?? true }
      return knowledge.models.filter { matches($0.id, call.string("model")) }.flatMap { model in
        useCases.map { CatalogReport.json(qualityOf: model, for: $0, in: knowledge.quality) }
      }
    }
  }
}

extension CatalogReport {
  static func json(_ pattern: WorkloadPattern) -> JSONValue {
    [
      "name": .string(pattern.name), "summary": .string(pattern.summary), "peakToMean": .double(pattern.peakToMean),
      "arrivalVariation": .double(pattern.arrivalVariation), "source": .string(pattern.source),
    ]
  }

  static func json(qualityOf model: ModelEntry, for useCase: String, in quality: QualityTable) -> JSONValue {
    ["model": .string(model.id), "useCase": .string(useCase), "score": .double(quality.score(of: model, for: useCase))]
  }
}
