import Foundation
import Intent
import JSON
import RecordStore
import Routing

/// `GET /api/v1/ai/models/status`: every model, how it is, and what it did so far.
enum ModelsStatusResource {
  static func get(_ services: OrchestratorServices) -> Operation {
    Operation(
      get: "/api/v1/ai/models/status", id: "getModelsStatus", "Every model of the catalogue: how it is now, and what it did so far.",
      parameters: [
        .init("includeMetrics", .boolean, "With the counts and times of the store.", initial: true)
      ], answer: answer
    ) { call in
      let kept = call.bool("includeMetrics") == false ? nil : try? await services.records?.metrics()
      let catalog = services.orchestrator.catalog
      let live = services.board.facts(of: catalog)
      let metrics = Dictionary((kept ?? []).map { ($0.modelName, $0) }) { first, _ in first }
      let models = catalog.models.indices.map { json($0, catalog, live, metrics[catalog.models[$0].name]) }
      let health = OrchestratorHealth(services)
      return [
        "models": .array(models), "totalModels": JSONValue(catalog.models.count), "healthyModels": JSONValue(health.availableModels),
        "systemHealth": HealthResource.services(health), "metricsAvailable": .bool(kept != nil),
      ]
    }
  }

  private static func json(_ index: Int, _ catalog: ModelCatalog, _ live: LiveFacts, _ metric: ModelMetric?) -> JSONValue {
    let model = catalog.models[index]
    let places = catalog.backends.indices.filter { catalog.backends[$0].model == index }
    return [
      "model_name": .string(model.name), "healthy": .bool(places.contains { live.backends[$0].isUsable }),
      "quality_tier": .string(model.tier.rawValue), "capabilities": JSONValue(model.capabilities),
      "backends": .array(
        places.map { place in
          let state = live.backends[place]
          return [
            "name": .string(catalog.backends[place].backend.name), "health": .string(state.health.rawValue),
            "breaker": .string(state.breaker.rawValue), "loaded": .bool(state.isLoaded), "load": .double(state.load),
          ]
        }),
      "metrics": metric.map(report) ?? .null,
    ]
  }

  private static func report(_ metric: ModelMetric) -> JSONValue {
    [
      "id": .string(metric.id.uuidString.lowercased()), "request_count": JSONValue(metric.requestCount),
      "success_count": JSONValue(metric.successCount), "error_count": JSONValue(metric.errorCount),
      "avg_response_time_ms": .double(metric.averageResponseTimeMilliseconds), "current_load": .double(metric.currentLoad),
      "memory_usage_mb": .double(metric.memoryUsageMB), "last_used": metric.lastUsed.map { .string(HostReport.timestamp($0)) } ?? .null,
      "created_at": .string(HostReport.timestamp(metric.createdAt)), "updated_at": .string(HostReport.timestamp(metric.updatedAt)),
    ]
  }

  private static let metricShape = Shape.object(
    [
      .init("id", .text(1...100), "Of the row.", required: true), .init("request_count", Shapes.count, "Ever.", required: true),
      .init("success_count", Shapes.count, "Of these answered.", required: true),
      .init("error_count", Shapes.count, "Of these not answered.", required: true),
      .init("avg_response_time_ms", Shapes.figure, "Of all of them.", required: true),
      .init("current_load", Shapes.figure, "As it was last told.", required: true),
      .init("memory_usage_mb", Shapes.figure, "As it was last told.", required: true),
      .init("last_used", .nullable(.text(1...64)), "RFC 3339, UTC.", required: true),
      .init("created_at", .text(1...64), "RFC 3339, UTC.", required: true),
      .init("updated_at", .text(1...64), "RFC 3339, UTC.", required: true),
    ], isOpen: true)

  private static let backend = Shape.object(
    [
      .init("name", Shapes.sentence, "Where it is asked.", required: true),
      .init("health", .choice(LiveBackend.Health.allCases.map(\.rawValue)), "By its own answers.", required: true),
      .init("breaker", .text(1...32), "By its failures.", required: true),
      .init("loaded", .boolean, "In memory already, as far as is known.", required: true),
      .init("load", Shapes.figure, "Requests in use for each it answers at once; 0 where that is not known.", required: true),
    ], isOpen: true)

  private static let answer = Shape.reference(
    "ModelsStatus",
    .object(
      [
        .init(
          "models",
          .list(
            .object(
              [
                .init("model_name", .text(1...256), "Its name.", required: true),
                .init("healthy", .boolean, "It can be asked now.", required: true),
                .init("quality_tier", .choice(QualityTier.allCases.map(\.rawValue)), "How good its answers are.", required: true),
                .init("capabilities", .list(.text(1...256), 0...ModelCatalog.maximumCapabilities), "What it can do.", required: true),
                .init("backends", .list(backend, 0...1000), "Where it can be asked.", required: true),
                .init("metrics", .nullable(metricShape), "What it did so far; null while nothing is known.", required: true),
              ], isOpen: true), 0...ModelCatalog.maximumModels), "In the catalogue's order.", required: true),
        .init("totalModels", Shapes.count, "Of the catalogue.", required: true),
        .init("healthyModels", Shapes.count, "That can be asked now.", required: true),
        .init("systemHealth", HealthResource.servicesShape, "Of what this server needs.", required: true),
        .init("metricsAvailable", .boolean, "The store was asked and answered.", required: true),
      ], isOpen: true))
}
