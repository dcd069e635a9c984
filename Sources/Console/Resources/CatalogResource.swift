import Intent
import JSON
import Planning

/// `GET /api/v1/catalog/…`: what plans are made from, in pages.
enum CatalogResource {
  static let largestPage = 1000

  static func operations(_ resources: ConsoleResources) -> [Operation] {
    [
      models(resources), accelerators(resources), useCases(resources), benchmarks(resources), profiles(resources), patterns(resources),
      quality(resources),
    ]
  }

  private static func models(_ resources: ConsoleResources) -> Operation {
    let useCase = Operation.Parameter(
      "useCase", .choice(UseCaseName.allCases.map(\.rawValue)), "Only models that are recommended for it, with their quality for it.")
    return list(
      "models", id: "listModels", "Models, by name.", filters: [contains("name"), useCase],
      members: [.init("id", .text(1...256), "Hugging Face id.", required: true)]
    ) { call in
      let knowledge = resources.facts.knowledge()
      return knowledge.models.filter { model in
        matches(model.id, call.string("name")) && (call.string("useCase").map(model.recommendedFor.contains) ?? true)
      }.map { CatalogReport.json($0, useCase: call.string("useCase"), quality: knowledge.quality) }
    }
  }

  private static func accelerators(_ resources: ConsoleResources) -> Operation {
    list(
      "accelerators", id: "listAccelerators", "Kinds of GPU with their prices.", filters: [contains("name")],
      members: [.init("name", .text(1...64), "As plans name it.", required: true)]
    ) { call in
      resources.facts.knowledge().accelerators.filter { matches($0.name, call.string("name")) }.map(CatalogReport.json)
    }
  }

  private static func useCases(_ resources: ConsoleResources) -> Operation {
    list(
      "use-cases", id: "listUseCases", "Use cases with their traffic, experience class and service level.", filters: [contains("name")],
      members: [.init("name", .text(1...64), "As specifications name it.", required: true)]
    ) { call in
      resources.facts.knowledge().useCases.filter { matches($0.name, call.string("name")) }.map(CatalogReport.json)
    }
  }

  private static func benchmarks(_ resources: ConsoleResources) -> Operation {
    let tokens = Shape.integer(1...10_000_000)
    let filters = [
      contains("model"), contains("accelerator"),
      Operation.Parameter("kind", .choice(Benchmark.Kind.allCases.map(\.rawValue)), "How the figures came to be."),
      Operation.Parameter("gpus", .integer(1...1024), "GPUs of a replica."),
      Operation.Parameter("promptTokens", tokens, "Exactly so many."),
      Operation.Parameter("outputTokens", tokens, "Exactly so many."),
    ]
    return list(
      "benchmarks", id: "listBenchmarks", "Rows that plans are based on, each with its source.", filters: filters,
      members: [
        .init("model", .text(1...256), "Hugging Face id.", required: true),
        .init("accelerator", .text(1...64), "Kind of GPU.", required: true),
        .init("kind", .choice(Benchmark.Kind.allCases.map(\.rawValue)), "How the figures came to be.", required: true),
      ]
    ) { call in
      resources.facts.knowledge().benchmarks.filter { row in
        matches(row.model, call.string("model")) && matches(row.accelerator, call.string("accelerator"))
          && (call.string("kind").map { $0 == row.kind.rawValue } ?? true) && (call.int("gpus").map { $0 == row.gpus } ?? true)
          && (call.int("promptTokens").map { $0 == row.profile.promptTokens } ?? true)
          && (call.int("outputTokens").map { $0 == row.profile.outputTokens } ?? true)
      }.map(CatalogReport.json)
    }
  }

  private static func profiles(_ resources: ConsoleResources) -> Operation {
    list(
      "traffic-profiles", id: "listTrafficProfiles", "Lengths of requests for which there are benchmarks with percentiles.", filters: [],
      members: [
        .init("promptTokens", Shapes.count, "Tokens of a prompt.", required: true),
        .init("outputTokens", Shapes.count, "Tokens of an answer.", required: true),
      ]
    ) { _ in
      resources.facts.knowledge().exactProfiles.map {
        ["promptTokens": JSONValue($0.promptTokens), "outputTokens": JSONValue($0.outputTokens)]
      }
    }
  }
}

// MARK: Pages

extension CatalogResource {
  static func contains(_ name: String) -> Operation.Parameter {
    Operation.Parameter(name, .text(1...256), "Only what contains this, whatever the case.")
  }

  static func matches(_ name: String, _ part: String?) -> Bool {
    part.map { name.lowercased().contains($0.lowercased()) } ?? true
  }

  static func list(
    _ name: String, id: String, _ summary: String, filters: [Operation.Parameter], members: [ObjectShape.Member],
    items: @escaping @Sendable (ConsoleCall) -> [JSONValue]
  ) -> Operation {
    let paging = [
      Operation.Parameter("limit", .integer(1...largestPage), "The most items of a page.", initial: 100),
      Operation.Parameter("offset", .integer(0...10_000_000), "Items to leave out before.", initial: 0),
    ]
    return Operation(
      get: "/api/v1/catalog/\(name)", id: id, summary, parameters: filters + paging,
      answer: .object([
        .init("items", .list(.object(members, isOpen: true), 0...largestPage), "This page.", required: true),
        .init("total", Shapes.count, "Items of all pages.", required: true), .init("limit", Shapes.count, "As asked.", required: true),
        .init("offset", Shapes.count, "As asked.", required: true),
      ])
    ) { call in
      let all = items(call)
      let (limit, offset) = (call.int("limit") ?? 100, call.int("offset") ?? 0)
      return [
        "items": .array(Array(all.dropFirst(offset).prefix(limit))), "total": JSONValue(all.count), "limit": JSONValue(limit),
        "offset": JSONValue(offset),
      ]
    }
  }
}
