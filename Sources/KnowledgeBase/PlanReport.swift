import JSON
import Planning

/// Plans as JSON for programs: `podium plan -o json`.
package enum PlanReport {
  /// Every viable configuration in the order of cost, the one that was selected, the best in each respect, and what was rejected and why.
  ///
  /// - Parameter explained: Whether every rejected configuration is told, and not only how many there are of each reason.
  package static func json(_ result: PlanResult, explained: Bool = false) -> JSONValue {
    var json = answer(result)
    if explained { json["rejections"] = self.json(result.rejections) }
    return json
  }

  private static func answer(_ result: PlanResult) -> JSONValue {
    switch result {
    case .planned(let recommendation):
      [
        "selected": json(recommendation.plan), "viable": .array(recommendation.viable.map(json)),
        "alternatives": .array(recommendation.alternatives.map(json)), "rankings": json(recommendation.rankings),
        "rejected": json(recommendation.rejected),
      ]
    case .noViablePlan(let refusal):
      [
        "selected": .null, "viable": [], "alternatives": [], "rankings": json(Rankings()), "rejected": json(refusal.rejected),
        "reason": "NoViablePlan",
        "message": .string(refusal.message), "relax": JSONValue(refusal.relax), "inputsDigest": .string(refusal.inputsDigest),
      ]
    }
  }

  package static func json(_ plan: CapacityPlan) -> JSONValue {
    var json = figures(plan)
    if let pricing = plan.pricing { json["pricing"] = self.json(pricing) }
    return json
  }

  private static func json(_ pricing: PlanPricing) -> JSONValue {
    var json: JSONValue = [:]
    for (field, value) in pricing.words { json[field] = .string(value) }
    for (field, value) in pricing.figures { json[field] = .double(value) }
    json["notes"] = JSONValue(pricing.notes)
    return json
  }

  private static func figures(_ plan: CapacityPlan) -> JSONValue {
    [
      "model": .string(plan.model), "accelerator": .string(plan.accelerator), "gpus": JSONValue(plan.gpusPerReplica),
      "requestsPerSecond": .double(plan.requestsPerSecondPerReplica), "replicas": JSONValue(plan.replicas),
      "gpuCount": JSONValue(plan.gpuCount), "costPerHourUSD": .double(plan.cost.perHourUSD),
      "costPerMonthUSD": .double(plan.cost.perMonthUSD), "costPer1kTokensUSD": .double(plan.cost.perThousandTokensUSD),
      "ttftP95": .double(plan.predicted.ttft), "itlP95": .double(plan.predicted.itl), "e2eP95": .double(plan.predicted.e2e),
      "tensorParallel": JSONValue(plan.tensorParallel), "strategy": .string(plan.strategy.rawValue),
      "minReplicas": JSONValue(plan.minReplicas), "maxReplicas": JSONValue(plan.maxReplicas),
      "expectedQPS": .double(plan.traffic.steadyQPS), "peakQPS": .double(plan.traffic.peakQPS),
      "promptTokens": JSONValue(plan.traffic.profile.promptTokens), "outputTokens": JSONValue(plan.traffic.profile.outputTokens),
      "confidence": .string(plan.confidence.rawValue), "basis": .string(plan.basis.rawValue), "source": .string(plan.source),
      "capacityIsLowerBound": .bool(plan.isCapacityLowerBound), "scores": json(plan.scores), "why": JSONValue(plan.why),
      "inputsDigest": .string(plan.inputsDigest),
    ]
  }

  private static func json(_ scores: Scores) -> JSONValue {
    [
      "quality": .double(scores.quality), "cost": .double(scores.cost), "latency": .double(scores.latency),
      "simplicity": .double(scores.simplicity), "balanced": .double(scores.balanced),
    ]
  }

  /// The best first, by the name of the ranking.
  private static func json(_ rankings: Rankings) -> JSONValue {
    .object(JSONObject(rankings.byName.map { ($0.name, .array($0.plans.map(json))) }))
  }

  private static func json(_ alternative: Recommendation.Alternative) -> JSONValue {
    var value = json(alternative.plan)
    value["strengths"] = JSONValue(alternative.strengths)
    value["trade"] = .string(alternative.trade)
    return value
  }

  private static func json(_ rejected: [RejectionReason: Int]) -> JSONValue {
    .object(JSONObject(rejected.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key.rawValue, JSONValue($0.value)) }))
  }
}
