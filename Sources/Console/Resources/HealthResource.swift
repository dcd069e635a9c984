import Intent
import JSON

/// `GET /api/v1/health`: whether this server answers, and with what facts.
enum HealthResource {
  static func get(_ resources: ConsoleResources) -> Operation {
    Operation(
      get: "/api/v1/health", id: "getHealth", "Whether this server can plan.",
      answer: .object(
        [
          .init(
            "status", .choice(["ok", "degraded"]), "degraded: plans are made from older facts; see /api/v1/data/health.", required: true),
          .init("version", .text(1...100), "Of this program.", required: true),
        ], isOpen: true)
    ) { _ in
      ["status": resources.facts.snapshot().trouble == nil ? "ok" : "degraded", "version": .string(resources.version)]
    }
  }
}
