import JSON
import Kubernetes
import Manifests
import Planning
import QoSAPI

/// `spec.rollout`, acted on: the plan that a promotion or a rollback puts in place of a new one, the canary's servers, and how far it is.
///
///     status.rollout + spec.rollout ─▶ plan in force ─▶ (PlanStep, ApplyStep) ─▶ evidence ─▶ next state ─▶ the canary's servers
struct RolloutStep {
  let canary: ModelDeployment.Canary?
  /// As the status says it; `nil` where there is no canary, or another one.
  let before: CanaryState?
  /// What runs instead of what would be planned.
  private(set) var forced: CapacityPlan?
  /// The model that is planned with instead of the spec's.
  private(set) var promotedModel: String?
  /// Why what is asked for cannot be done.
  private(set) var finding: Finding?
  private(set) var state: CanaryState?
  private(set) var writes: [Action] = []

  private let object: KubeObject

  init(_ object: KubeObject, _ deployment: ModelDeployment?) {
    self.object = object
    canary = deployment?.rollout.canary
    let digest = object[["spec", "rollout", "canary"]].map(Self.digest)
    let known = CanaryState(object)
    // More steps or another promotion change what comes next; a canary that was rolled back begins anew with any change.
    let target = canary.map { "\($0.target)" }
    before = known.flatMap { $0.target == target && ($0.phase != .rolledBack || $0.digest == digest) ? $0 : nil }
    state = before
    if let before, before.isTakingOver {
      switch canary?.target {
      case .model(let name)?: promotedModel = name
      default: forced = before.plan
      }
    }
    if let name = deployment?.rollout.rollbackTo {
      forced = Self.plan(ofRevision: name, object)
      if forced == nil { finding = Self.unknownRevision(name, object) }
    }
  }

  static func digest(_ json: JSONValue) -> String {
    var hash = Fingerprint()
    hash.combine(json.text(.canonical))
    return hash.text
  }

  static func plan(ofRevision name: String, _ object: KubeObject) -> CapacityPlan? {
    let revision = object[["status", "revisions"]]?.array?.first { $0["name"]?.string == name }
    return CapacityPlan(statusJSON: revision?["plan"])
  }

  static func unknownRevision(_ name: String, _ object: KubeObject) -> Finding {
    let names = (object[["status", "revisions"]]?.array ?? []).filter { $0["plan"] != nil }.compactMap { $0["name"]?.string }
    let advice = names.isEmpty ? "status.revisions has none yet" : "write one of \(names.joined(separator: ", "))"
    return Finding("RevisionNotFound", "There is no revision \"\(name)\" with a plan; \(advice).")
  }

  // MARK: The canary

  /// Looks at the canary, decides, and renders its servers.
  mutating func advance(
    _ deployment: ModelDeployment, ownPlan: CapacityPlan?, platform: ServingPlatform, isOwnReady: Bool, _ observed: Observed
  ) {
    guard let canary else { return remove(observed) }
    guard platform != .llmInferenceService else {
      let text = "A deployment served by an LLMInferenceService has no canary. Use rollout.abTest with a second ModelDeployment."
      finding = Finding("UnsupportedPlatform", text)
      return
    }
    let pool = ObjectKey(namespace: object.namespace, name: CanaryState.poolName(object.name))
    guard observed.snapshot[.modelDeployment, pool] == nil else {
      finding = Finding(
        "Conflicted", "There is a ModelDeployment \(pool.name), which is what the canary's servers would be called. Rename it.")
      return
    }
    let digest = object[["spec", "rollout", "canary"]].map(Self.digest) ?? ""
    var current =
      before ?? CanaryState(phase: .preparing, target: "\(canary.target)", digest: digest, since: observed.now, message: "Is planned")
    current.digest = digest
    if current.phase != .promoted, current.phase != .rolledBack {
      plan(&current, canary, deployment, ownPlan, observed)
      guard current.plan != nil else {
        state = current
        // Another canary's servers may be there still.
        return remove(observed)
      }
      let pools = observed.programmed[object.namespace ?? ""]?.pools
      var evidence = CanaryEvidence(
        canary: pools?[pool.name], plan: current.plan, own: pools?[object.name], ownPlan: ownPlan,
        loadFailure: loadFailure(observed.snapshot[.inferenceService, pool]))
      evidence.isCurrent = servers(deployment, canary, current, platform, observed).areReady(observed.snapshot)
      current = CanaryDecision.next(current, canary, evidence, isOwnReady: isOwnReady, now: observed.now)
    }
    state = current
    if current.hasServers {
      for (type, rendered) in servers(deployment, canary, current, platform, observed).objects { write(rendered, type, observed) }
    } else {
      remove(observed)
    }
  }

  private mutating func plan(
    _ current: inout CanaryState, _ canary: ModelDeployment.Canary, _ deployment: ModelDeployment, _ ownPlan: CapacityPlan?,
    _ observed: Observed
  ) {
    switch canary.target {
    case .revision(let name):
      current.plan = current.plan ?? Self.plan(ofRevision: name, object)
      if current.plan == nil { finding = Self.unknownRevision(name, object) }
    case .model(let name):
      var request = PlanRequest(deployment)
      request.workload.model = name
      let step = PlanStep(of: request, kept: current.plan, deployment, observed)
      current.plan = step.plan
      if current.plan == nil { finding = step.finding }
    }
    if let plan = current.plan, current.phase == .preparing,
      let missing = ApplyStep.approval(deployment, plan) ?? CanaryBudget.finding(deployment, own: ownPlan, canary: plan)
    {
      finding = missing
      current.plan = nil
    }
    if let finding { current.message = "Cannot be planned: \(finding.message)" }
  }

  private func loadFailure(_ service: KubeObject?) -> String? {
    let transition = service?[["status", "modelStatus", "transitionStatus"]]?.string
    guard transition == "BlockedByFailedLoad" || transition == "InvalidSpec" else { return nil }
    return service?[["status", "modelStatus", "lastFailureInfo", "message"]]?.string ?? transition
  }

  // MARK: Its servers

  private func servers(
    _ deployment: ModelDeployment, _ canary: ModelDeployment.Canary, _ state: CanaryState, _ platform: ServingPlatform,
    _ observed: Observed
  ) -> CanaryServers {
    CanaryServers(deployment, canary, state, platform, observed)
  }

  private mutating func write(_ object: KubeObject, _ type: ResourceType, _ observed: Observed) {
    let rendered = object
    let live = observed.snapshot[type, rendered.key]
    if let live, !live.ownerReferences.contains(where: { $0.uid == self.object.uid }) {
      finding = Finding("Conflicted", "The \(type.kind) \(rendered.name) exists and does not belong to this ModelDeployment. Rename it.")
      return
    }
    let desired = ManifestDiff.signed(rendered)
    guard observed.snapshot.isServed(type), ManifestDiff.isNeeded(desired, live: live) else { return }
    let wrong = ManifestAudit.findings(rendered)
    guard wrong.isEmpty else {
      finding = Finding("ManifestRefused", "The canary's \(type.kind) is not written: \(wrong.map(\.description).joined(separator: "; ")).")
      return
    }
    let wanted = live.map { Restoration(of: desired, live: $0, now: observed.now).desired } ?? desired
    if let wanted { writes.append(.apply(type, wanted, manager: Names.manager)) }
  }

  private mutating func remove(_ observed: Observed) {
    let name = CanaryState.poolName(object.name)
    let made: [(ResourceType, String)] = [
      (.inferenceService, name), (.networkPolicy, name), (.deployment, "\(name)-predictor"), (.service, "\(name)-predictor"),
    ]
    for (type, name) in made {
      let key = ObjectKey(namespace: object.namespace, name: name)
      guard let live = observed.snapshot[type, key], live.ownerReferences.contains(where: { $0.uid == object.uid }), !live.isBeingDeleted
      else { continue }
      writes.append(.delete(type, key, uid: live.uid))
    }
  }

  // MARK: For people

  func condition(generation: Int) -> Condition? {
    if let finding { return Condition("RolledOut", finding: finding, else: "", "", generation: generation) }
    if let forced, canary == nil {
      let text =
        "Runs the plan of an earlier revision: \(forced.configuration) for \(forced.model). Remove rollout.rollbackTo to plan anew."
      return Condition("RolledOut", .yes, reason: "RolledBackTo", message: text, observedGeneration: generation)
    }
    guard canary != nil, let state else { return nil }
    let status: Condition.Status =
      switch state.phase {
      case .promoted: .yes
      case .rolledBack: .no
      default: .unknown
      }
    let reason = state.phase.rawValue.prefix(1).uppercased() + state.phase.rawValue.dropFirst()
    return Condition(
      "RolledOut", status, reason: reason, message: "Canary \(state.target): \(state.message).", observedGeneration: generation)
  }

  /// One for each step.
  var events: [Action] {
    guard let state, (state.phase, state.percent) != (before?.phase, before?.percent) else { return [] }
    let isBad = state.phase == .rolledBack
    let reason = "Canary" + state.phase.rawValue.prefix(1).uppercased() + state.phase.rawValue.dropFirst()
    return [
      .event(
        EventNote(
          isBad ? .warning : .normal, reason: reason, action: "Rollout",
          note: StatusUpdate.note("Canary \(state.target): \(state.message)."), regarding: object))
    ]
  }
}
