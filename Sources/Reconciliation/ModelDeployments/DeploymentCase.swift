import Kubernetes
import Manifests
import Planning
import QoSAPI

/// One ModelDeployment, judged: its conditions by ordered checks, the first failure of each counts.
struct DeploymentCase {
  let object: KubeObject
  let observed: Observed
  let deployment: ModelDeployment?
  let planning: PlanStep
  /// `nil` where there is nothing to apply.
  let applying: ApplyStep?
  let platform: ServingPlatform
  let figures: PoolFigures?
  /// What callers get, beside the plan.
  let service: ObservedService
  /// Canaries and rollbacks.
  private(set) var rollout: RolloutStep
  private let problems: FieldProblems?

  init(_ object: KubeObject, _ observed: Observed) {
    self.object = object
    self.observed = observed
    figures = observed.programmed[object.namespace ?? ""]?.pools[object.name]
    let read = Result { () throws(FieldProblems) in try ModelDeployment(object) }
    switch read {
    case .success(let deployment): (self.deployment, problems) = (deployment, nil)
    case .failure(let found): (deployment, problems) = (nil, found)
    }
    platform = deployment.map { ServingPlatform($0, observed.snapshot) } ?? .kserve
    rollout = RolloutStep(object, deployment)
    planning = PlanStep(object, deployment: deployment, observed, rollout: rollout)
    service = ObservedService(object, figures: figures, plan: planning.plan, now: observed.now)
    if let deployment, planning.finding == nil, let plan = planning.plan {
      applying = ApplyStep(deployment, plan: plan, observed)
    } else {
      applying = nil
    }
    guard let deployment, let plan = planning.plan, let applying, applying.finding == nil else { return }
    rollout.advance(deployment, ownPlan: plan, platform: platform, isOwnReady: isAsPlanned(applying), observed)
  }

  var plan: CapacityPlan? { planning.plan }
  /// The object of the platform that the servers are made from, with the platform's report on them.
  var inferenceService: KubeObject? { observed.snapshot[servingType, platform == .deployment ? plainKey : object.key] }

  var conditions: [Condition] {
    let generation = object.generation
    let planned = Finding.first(self, [Self.isReadable, Self.isPlanned])
    let applied = planned.map { Finding("NotPlanned", $0.message) } ?? Finding.first(self, [Self.isApplied, Self.isUncontested])
    let ready =
      planned.map { running($0) } ?? applying?.finding
      ?? Finding.first(self, [Self.isCreated, Self.isPlain, Self.isServing, Self.isRolledOut, Self.isReachable])
    return [
      Condition("Planned", finding: planned, else: "Planned", plannedMessage, generation: generation),
      Condition("Applied", finding: applied, else: appliedReason, appliedMessage, generation: generation),
      Condition("Ready", finding: ready, else: readyReason, readyMessage, generation: generation),
      AutoscalerReport(observed.snapshot[.scaledObject, object.key], owner: object)?.condition(generation: generation),
      rollout.condition(generation: generation), exposed, service.sloMet, service.asPredicted,
    ].compactMap { $0 }
  }

  /// Whether something that is to be made has been made by somebody else.
  var isConflicted: Bool {
    [applying?.finding, applying?.exposing?.finding, rollout.finding].contains { $0?.reason == "Conflicted" }
      || applying?.isOccupied == true || applying?.exposing?.isOccupied == true
  }

  // MARK: Planned

  private static func isReadable(_ it: DeploymentCase) -> Finding? { it.problems.map { Finding("InvalidSpec", $0.description) } }
  private static func isPlanned(_ it: DeploymentCase) -> Finding? { it.planning.finding }

  private var plannedMessage: String {
    guard let plan else { return "" }
    let cents = Int((plan.cost.perMonthUSD * 100).rounded())
    let money = "\(cents / 100)." + (cents % 100 < 10 ? "0" : "") + "\(cents % 100)"
    return "\(plan.configuration) for \(plan.model), \(money) USD a month, \(plan.confidence.rawValue) (\(plan.basis.rawValue))."
  }

  // MARK: Applied

  private static func isApplied(_ it: DeploymentCase) -> Finding? { it.applying?.finding }

  /// What others write does not keep the servers from serving.
  private static func isUncontested(_ it: DeploymentCase) -> Finding? { it.applying?.contest }

  private var appliedReason: String { (applying?.missing ?? []).isEmpty ? "Applied" : "PartiallyApplied" }
  private var appliedMessage: String {
    var sentences = ["The objects in the cluster are as planned."]
    sentences += ((applying?.missing ?? []) + (applying?.notes ?? [])).map { Self.sentence($0) }
    if let fields = deployment?.ineffectiveFields, !fields.isEmpty {
      sentences.append("Accepted but not acted on by this version: \(fields.joined(separator: ", ")).")
    }
    return sentences.joined(separator: " ")
  }

  private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }

  // MARK: Ready

  /// The same finding, with what still serves.
  private func running(_ finding: Finding) -> Finding {
    guard let figures, figures.backends > 0 else { return finding }
    return Finding(finding.reason, finding.message + " The servers of the last plan keep running.")
  }

  private static func isCreated(_ it: DeploymentCase) -> Finding? {
    it.inferenceService == nil ? Finding("Starting", "The \(it.servingType.kind) has just been written.") : nil
  }

  /// The predictor alone: the data plane goes to its pods, whether or not KServe has a way in of its own.
  private static func isServing(_ it: DeploymentCase) -> Finding? {
    guard it.platform != .deployment else { return nil }
    let conditions = it.inferenceService?.conditions ?? []
    guard let condition = Self.serversReady(conditions) ?? conditions.first(where: { $0.type == "Ready" })
    else { return Finding("Starting", "KServe has not reported on the \(it.servingType.kind) yet.") }
    guard condition.status != .yes else { return nil }
    let detail = condition.message.isEmpty ? "" : ": \(condition.message)"
    // KServe gives up looking after ten minutes; large models take longer and come up all the same.
    if condition.reason == "ProgressDeadlineExceeded" {
      return Finding("Loading", "The model takes more than ten minutes to load\(detail)")
    }
    let transition = it.inferenceService?[["status", "modelStatus", "transitionStatus"]]?.string
    if transition == "BlockedByFailedLoad" || transition == "InvalidSpec" {
      let failure = it.inferenceService?[["status", "modelStatus", "lastFailureInfo", "message"]]?.string
      return Finding("LoadFailed", "The model server cannot load the model\(failure.map { ": \($0)" } ?? detail)")
    }
    return Finding(
      "Loading", "The model servers are not ready (\(condition.reason.isEmpty ? "no reason given" : condition.reason))\(detail)")
  }

  private static func isReachable(_ it: DeploymentCase) -> Finding? {
    if it.figures?.backends ?? 0 > 0 || it.isScaledToZero { return nil }
    return Finding("WaitingForServers", "The data plane has no ready model server of this deployment yet.")
  }

  private var isScaledToZero: Bool { deployment?.autoscaling.minReplicas == 0 && figures != nil }
  private var readyReason: String { figures?.backends ?? 0 > 0 ? "Serving" : "ScaledToZero" }
  private var readyMessage: String {
    let backends = figures?.backends ?? 0
    return backends > 0 ? "\(backends) model server(s) answer." : "No model server runs; a waiting request starts one."
  }
}
