import Foundation
import Intent
import JSON

/// `GET /api/v1/health`: whether this server answers, with what facts, and how what stands behind it is.
enum HealthResource {
  static func get(_ resources: ConsoleResources) -> Operation {
    resources.orchestration.map { orchestrating($0, resources) } ?? planning(resources)
  }

  private static func planning(_ resources: ConsoleResources) -> Operation {
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

  private static func orchestrating(_ services: OrchestratorServices, _ resources: ConsoleResources) -> Operation {
    Operation(
      get: "/api/v1/health", id: "getHealth", "How this server is, and what it needs: the store, Redis, the models' servers, this host.",
      answer: answer
    ) { _ in
      let health = OrchestratorHealth(services)
      let sample = services.host()
      return [
        "status": .string(health.status.rawValue), "timestamp": .string(HostReport.timestamp(Date())),
        "version": .string(resources.version), "services": Self.services(health),
        "system": [
          "memory_pressure": sample.map { .double($0.pressure) } ?? .null, "available_models": JSONValue(health.availableModels),
          "memory_available_gb": sample.map { .double(Double($0.memory.available) / 1e9) } ?? .null,
          "cpu_usage_percent": sample?.processorUse.map { .double($0 * 100) } ?? .null,
        ],
      ]
    }
  }

  static func services(_ health: OrchestratorHealth) -> JSONValue {
    [
      "database": health.isStoreWell ? "ok" : "error", "redis": health.isRedisWell ? "ok" : "error",
      "ollama": health.isOllamaWell ? "ok" : "error",
    ]
  }

  private static let word = Shape.choice(["ok", "error"])

  static let servicesShape = Shape.object(
    [
      .init("database", word, "Where records are kept; ok while they are, also in the embedded store.", required: true),
      .init("redis", word, "Where events are published; ok where it is not configured.", required: true),
      .init("ollama", word, "Servers of Ollama; ok where the catalogue names none.", required: true),
    ], isOpen: true)

  private static let answer = Shape.reference(
    "Health",
    .object(
      [
        .init(
          "status", .choice(OrchestratorHealth.Status.allCases.map(\.rawValue)),
          "degraded: requests are answered, and something is missing; unhealthy: no model can be asked.", required: true),
        .init("timestamp", .text(1...64), "RFC 3339, UTC.", required: true),
        .init("version", .text(1...100), "Of this program.", required: true),
        .init("services", servicesShape, "What this server needs.", required: true),
        .init(
          "system",
          .object(
            [
              .init("memory_pressure", .nullable(.number(0...1)), "Of this host; null when it is not measured.", required: true),
              .init("available_models", Shapes.count, "That can be asked now.", required: true),
              .init("memory_available_gb", .nullable(Shapes.figure), "GB (10⁹ bytes).", required: true),
              .init("cpu_usage_percent", .nullable(.number(0...100)), "Of all processors together.", required: true),
            ], isOpen: true), "This host.", required: true),
      ], isOpen: true))
}
