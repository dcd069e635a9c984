import JSON
import Routing

/// A decision as JSON: `POST /api/v1/ai/select-model`.
package enum SelectionReport {
  /// `nil` when no model can answer.
  package static func json(_ decision: Orchestrator.Decision) -> JSONValue? {
    let (selection, router) = (decision.selection, decision.router)
    guard let chosen = selection.chosen else { return nil }
    let facts = router.catalog.models[chosen.model]
    return [
      "requestId": .string(decision.id), "selectedModel": .string(facts.name), "taskType": .string(decision.request.task.rawValue),
      "fallbackUsed": .bool(selection.fallbackUsed),
      "alternatives": .array(selection.ranked.dropFirst().map { .string(router.catalog.models[$0.model].name) }),
      "systemMetrics": metrics(decision.live.host),
      "modelInfo": [
        "capabilities": JSONValue(facts.capabilities), "speed": .string(facts.speed.rawValue), "quality_tier": .string(facts.tier.rawValue),
      ],
      "degraded": .bool(selection.isDegraded), "relaxed": .array(selection.relaxed.map(relaxed)),
      "insteadOf": selection.passedOver.map { .string(router.catalog.models[$0].name) } ?? .null,
      "explored": .bool((decision.pick?.place ?? 0) > 0), "reasons": JSONValue(router.reasons(for: selection, request: decision.request)),
      "candidates": .array(selection.ranked.map { candidate($0, router) }),
      "rejected": .array(
        selection.rejected.map { rejection in
          [
            "model": .string(router.catalog.models[rejection.model].name), "reason": .string(rejection.reason.name),
            "sentence": .string(short(router.sentence(for: rejection, request: decision.request))),
          ]
        }), "failedRules": .array(selection.failedRules.map { .string(router.rules.rules[$0].name) }),
    ]
  }

  /// What is not measured is null: a figure that nobody measured would be a lie.
  static func metrics(_ host: LiveHost) -> JSONValue {
    [
      "memoryPressure": host.memoryPressure.map { .double($0) } ?? .null,
      "availableMemoryGb": host.availableBytes.map { .double(Double($0) / 1e9) } ?? .null,
      "cpuUsage": host.cpuUsage.map { .double($0) } ?? .null,
    ]
  }

  private static func relaxed(_ relaxation: Relaxation) -> JSONValue {
    switch relaxation {
    case .quality(let needed, let has): ["what": "quality", "needed": .string(needed.rawValue), "has": .string(has.rawValue)]
    case .task(let task): ["what": "task", "needed": .string(task.rawValue)]
    }
  }

  private static func candidate(_ ranked: RankedModel, _ router: ModelRouter) -> JSONValue {
    [
      "model": .string(router.catalog.models[ranked.model].name),
      "backend": .string(router.catalog.backends[ranked.backend].backend.name), "score": .double(ranked.score),
      "terms": [
        "quality": .double(ranked.terms.quality), "latency": .double(ranked.terms.latency), "cost": .double(ranked.terms.cost),
        "headroom": .double(ranked.terms.headroom),
      ],
      "estimatedCostUSD": .double(ranked.estimatedCostUSD), "expectedSeconds": .double(ranked.expectedSeconds),
      "latencyMeasured": .bool(ranked.isLatencyMeasured),
    ]
  }

  /// A sentence may name what was sent.
  static func short(_ text: String) -> String { text.count > 1000 ? text.prefix(999) + "…" : text }
}
