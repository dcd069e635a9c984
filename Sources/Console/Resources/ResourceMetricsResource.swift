import Foundation
import Intent
import JSON
import RecordStore

/// `GET /api/v1/ai/resources/metrics`: this host now and in the last hours, and the requests of that time.
enum ResourceMetricsResource {
  private static let limit = 10_000

  static func get(_ services: OrchestratorServices) -> Operation {
    Operation(
      get: "/api/v1/ai/resources/metrics", id: "getResourceMetrics",
      "This host's memory and processors now and in the last hours, and the requests of that time.",
      parameters: [
        .init("hours", .integer(1...720), "How far back the history goes.", initial: 1),
        .init("includeHistory", .boolean, "With earlier samples and requests.", initial: true),
      ], answer: answer, problems: [.noModelAvailable]
    ) { call in
      guard let sample = services.host() else {
        throw ConsoleProblem(.noModelAvailable, "This machine does not tell its memory (there is no /proc/meminfo).")
      }
      var (history, requests): ([SystemResource], [OrchestratorRequest]) = ([], [])
      var isKept = false
      if call.bool("includeHistory") != false, let records = services.records {
        let since = Date().addingTimeInterval(-3600 * Double(call.int("hours") ?? 1))
        do {
          history = try await records.resources(since: since, limit: limit)
          requests = try await records.requests(since: since, limit: limit)
          isKept = true
        } catch {
          isKept = false
        }
      }
      return [
        "current": HostReport.json(SystemResource(sample)), "history": .array(history.map(HostReport.json)),
        "requests": .array(requests.map(report)), "memoryPressure": .double(sample.pressure), "historyAvailable": .bool(isKept),
      ]
    }
  }

  private static func report(_ request: OrchestratorRequest) -> JSONValue {
    [
      "id": .string(request.id.uuidString.lowercased()), "request_id": .string(request.requestID),
      "task_type": .string(request.taskType), "selected_model": .string(request.selectedModel),
      "fallback_used": .bool(request.fallbackUsed), "response_time_ms": JSONValue(request.responseTimeMilliseconds),
      "success": .bool(request.succeeded), "error_message": request.errorMessage.map { .string($0) } ?? .null,
      "resource_pressure": .double(request.resourcePressure), "cost_estimate": .double(request.costEstimate),
      "created_at": .string(HostReport.timestamp(request.createdAt)),
    ]
  }

  private static let request = Shape.reference(
    "RequestMetric",
    .object(
      [
        .init("id", .text(1...100), "Of the record.", required: true),
        .init("request_id", .text(0...256), "As its caller was told.", required: true),
        .init("task_type", .text(0...256), "What it was for.", required: true),
        .init("selected_model", .text(0...256), "Who answered, or was asked last.", required: true),
        .init("fallback_used", .boolean, "Not the first choice.", required: true),
        .init("response_time_ms", Shapes.count, "To the last byte.", required: true),
        .init("success", .boolean, "There was an answer.", required: true),
        .init("error_message", .nullable(Shapes.sentence), "Why there was none.", required: true),
        .init("resource_pressure", .number(0...1), "Of the host, when the model was chosen.", required: true),
        .init("cost_estimate", Shapes.figure, "US dollars.", required: true),
        .init("created_at", .text(1...64), "RFC 3339, UTC.", required: true),
      ], isOpen: true))

  private static let answer = Shape.reference(
    "ResourceMetrics",
    .object(
      [
        .init("current", HostReport.shape, "Now.", required: true),
        .init("history", .list(HostReport.shape, 0...limit), "The oldest first.", required: true),
        .init("requests", .list(request, 0...limit), "The newest first.", required: true),
        .init("memoryPressure", .number(0...1), "Now.", required: true),
        .init("historyAvailable", .boolean, "There is a store, and it answered.", required: true),
      ], isOpen: true))
}
