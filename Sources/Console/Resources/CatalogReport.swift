import JSON
import Planning

/// Entries of the catalogue as JSON.
enum CatalogReport {
  /// With the quality for a use case where one is asked for.
  static func json(_ model: ModelEntry, useCase: String?, quality: QualityTable) -> JSONValue {
    var json: JSONValue = [
      "id": .string(model.id), "aliases": JSONValue(model.aliases), "parametersBillions": .double(model.parametersBillions),
      "contextLength": JSONValue(model.contextLength), "minimumMemoryGB": JSONValue(model.minimumMemoryGB),
      "recommendedFor": JSONValue(model.recommendedFor),
    ]
    if useCase != nil { json["quality"] = .double(quality.score(of: model, for: useCase)) }
    return json
  }

  static func json(_ accelerator: Accelerator) -> JSONValue {
    [
      "name": .string(accelerator.name), "aliases": JSONValue(accelerator.aliases), "nodeLabel": .string(accelerator.nodeLabel),
      "memoryGB": JSONValue(accelerator.memoryGB), "pricePerHourUSD": accelerator.pricePerHourUSD.map { .double($0) } ?? .null,
      "source": .string(accelerator.source),
    ]
  }

  static func json(_ useCase: UseCase) -> JSONValue {
    [
      "name": .string(useCase.name), "summary": .string(useCase.summary), "experienceClass": .string(useCase.experienceClass),
      "promptTokens": JSONValue(useCase.profile.promptTokens), "outputTokens": JSONValue(useCase.profile.outputTokens),
      "ttftP95": .double(useCase.serviceLevel.ttft), "itlP95": .double(useCase.serviceLevel.itl),
      "e2eP95": .double(useCase.serviceLevel.e2e),
      "activeFraction": .double(useCase.activeFraction),
      "requestsPerActiveUserPerMinute": .double(useCase.requestsPerActiveUserPerMinute), "peakMultiplier": .double(useCase.peakMultiplier),
    ]
  }

  static func json(_ row: Benchmark) -> JSONValue {
    [
      "kind": .string(row.kind.rawValue), "model": .string(row.model), "accelerator": .string(row.accelerator), "gpus": JSONValue(row.gpus),
      "promptTokens": JSONValue(row.profile.promptTokens), "outputTokens": JSONValue(row.profile.outputTokens),
      "concurrency": row.concurrency.map { JSONValue($0) } ?? .null, "requestsPerSecond": number(row.requestsPerSecond),
      "ttft": json(row.ttft), "itl": json(row.itl), "e2e": json(row.e2e), "source": .string(row.source),
      "capacityIsLowerBound": .bool(row.isCapacityLowerBound),
    ]
  }

  private static func json(_ latency: Benchmark.Latency) -> JSONValue { ["mean": number(latency.mean), "p95": number(latency.p95)] }
  private static func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
}
