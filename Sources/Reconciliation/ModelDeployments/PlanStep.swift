import JSON
import Kubernetes
import Manifests
import Planning
import QoSAPI

/// From a deployment to its plan: the one in its status while its inputs stay, else a new one, audited.
struct PlanStep {
  /// What is in force; the old one stays when nothing new could be planned.
  private(set) var plan: CapacityPlan?
  /// The parts of the status beside `plan`.
  private(set) var alternatives: JSONValue?
  private(set) var rejected: JSONValue?
  private(set) var isNew = false
  private(set) var finding: Finding?

  private let knowledge: Knowledge
  private let weights: ScoreWeights

  init(_ object: KubeObject, deployment: ModelDeployment?, _ observed: Observed, rollout: RolloutStep? = nil) {
    knowledge = observed.knowledge
    weights = deployment.map { ScoreWeights($0.planning.weights, else: observed.settings.weights) } ?? observed.settings.weights
    plan = CapacityPlan(statusJSON: object[["status", "plan"]])
    alternatives = object[["status", "alternatives"]]
    rejected = object[["status", "rejected"]]
    guard let deployment else { return }
    if let forced = rollout?.forced {
      isNew = forced != plan
      plan = forced
      return
    }
    // A revision that there is not: what runs stays.
    if rollout?.finding != nil, plan != nil { return }
    var request = PlanRequest(deployment)
    if let model = rollout?.promotedModel { request.workload.model = model }
    // Sticky: newer benchmarks or prices must not move a running model.
    if plan?.inputsDigest == request.digest { return }
    if let proven = rollout?.before?.plan, proven.inputsDigest == request.digest {
      isNew = true
      plan = proven
      return
    }
    make(request, nodes: deployment.serving.runtime == .simulator ? [] : observed.acceleratorsOfNodes)
  }

  /// Of a canary: what it has while its inputs stay, else a new plan.
  init(of request: PlanRequest, kept: CapacityPlan?, _ deployment: ModelDeployment, _ observed: Observed) {
    knowledge = observed.knowledge
    weights = ScoreWeights(deployment.planning.weights, else: observed.settings.weights)
    plan = kept
    if kept?.inputsDigest == request.digest { return }
    make(request, nodes: deployment.serving.runtime == .simulator ? [] : observed.acceleratorsOfNodes)
  }

  /// - Parameter nodes: accelerators that the cluster has; empty when nothing is known of them.
  private mutating func make(_ request: PlanRequest, nodes: [String]) {
    var narrowed = request
    if request.hardware.gpuTypes.isEmpty { narrowed.hardware.gpuTypes = nodes }
    narrowed.weights = weights
    let result: PlanResult
    do {
      result = try Planner.plan(narrowed, knowledge: knowledge)
    } catch {
      finding = Finding("InvalidSpec", "spec.\(error)")
      return
    }
    switch result {
    case .noViablePlan(let none):
      rejected = Self.json(none.rejected)
      finding = Finding("NoViablePlan", none.message + Self.note(on: narrowed, request))
    case .planned(let recommendation): audit(recommendation, for: narrowed, statedAs: request)
    }
  }

  private mutating func audit(_ recommendation: Recommendation, for narrowed: PlanRequest, statedAs request: PlanRequest) {
    let findings = PlanAudit.findings(recommendation.plan, for: narrowed, knowledge: knowledge)
    guard findings.isEmpty else {
      finding = Finding("PlanRefused", "The plan does not stand up to its audit: " + findings.joined(separator: " "))
      return
    }
    var accepted = recommendation.plan
    // The digest of what was stated: nodes come and go.
    accepted.inputsDigest = request.digest
    plan = accepted
    alternatives = .array(recommendation.alternatives.prefix(16).map(Self.json))
    rejected = Self.json(recommendation.rejected)
    isNew = true
  }

  private static func note(on narrowed: PlanRequest, _ request: PlanRequest) -> String {
    guard request.hardware.gpuTypes.isEmpty, !narrowed.hardware.gpuTypes.isEmpty else { return "" }
    return " Only what the cluster's nodes have was considered: \(narrowed.hardware.gpuTypes.joined(separator: ", "))."
  }

  private static func json(_ rejected: [RejectionReason: Int]) -> JSONValue {
    .object(JSONObject(rejected.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key.rawValue, JSONValue($0.value)) }))
  }

  private static func json(_ alternative: Recommendation.Alternative) -> JSONValue {
    let plan = alternative.plan
    return [
      "model": .string(plan.model), "accelerator": .string(plan.accelerator), "configuration": .string(plan.configuration),
      "costPerMonthUSD": .double(plan.cost.perMonthUSD), "ttftP95": .double(plan.predicted.ttft), "itlP95": .double(plan.predicted.itl),
      "e2eP95": .double(plan.predicted.e2e), "confidence": .string(plan.confidence.rawValue),
      "strengths": JSONValue(Array(alternative.strengths.prefix(8))), "trade": .string(alternative.trade),
    ]
  }
}

extension Observed {
  /// Names of the known accelerators that nodes advertise; empty when there is none, or when nodes may not be seen.
  var acceleratorsOfNodes: [String] {
    let labels = Set(snapshot[.node].values.compactMap { $0.labels["nvidia.com/gpu.product"] })
    return Set(labels.compactMap { knowledge.accelerator(nodeLabel: $0)?.name }).sorted()
  }
}
