import Intent
import JSON
import KnowledgeBase

/// `GET /api/v1/data/health`: the state of the facts, as `podium catalog validate -o json` prints it.
enum DataHealthResource {
  static func get(_ resources: ConsoleResources) -> Operation {
    Operation(
      get: "/api/v1/data/health", id: "getDataHealth", "Where the facts are from, and what is missing, old or contradictory in them.",
      answer: answer
    ) { _ in CatalogHealth(resources.facts.snapshot()).json }
  }

  private static let finding = Shape.object(
    [
      .init("kind", .choice(CatalogFinding.Kind.allCases.map(\.rawValue)), "What it is about.", required: true),
      .init("severity", .choice(CatalogFinding.Severity.allCases.map(\.rawValue)), "Whether plans suffer.", required: true),
      .init("subject", Shapes.sentence, "The model, the accelerator, or both.", required: true),
      .init("message", Shapes.sentence, "For people.", required: true),
    ], isOpen: true)

  private static let answer = Shape.reference(
    "DataHealth",
    .object(
      [
        .init("status", .choice(["ok", "warnings", "degraded"]), "degraded: the last good facts are used.", required: true),
        .init("source", Shapes.sentence, "Where the facts are from; never a password.", required: true),
        .init("findings", .list(finding, 0...100_000), "The most severe first.", required: true),
      ], isOpen: true))
}
