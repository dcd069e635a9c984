import Kubernetes
import Manifests
import Planning
import QoSAPI

/// From a plan to writes of other projects' objects: what is missing or differs, and nothing else.
struct ApplyStep {
  private(set) var writes: [Action] = []
  private(set) var finding: Finding?
  /// Another writer is at work on an object of ours, which is left to it for now; all else goes on.
  private(set) var contest: Finding?
  /// What could not be made because its CRD is not there, or because nobody said where Prometheus is.
  private(set) var missing: [String] = []
  /// `nil` while the plan waits for approval.
  private(set) var exposing: ExposureStep?

  /// What somebody should know who wonders; the objects are as they should be.
  private(set) var notes: [String] = []

  /// Something that is to be made is there already, and somebody else's.
  private(set) var isOccupied = false

  private var isRefused = false
  private let snapshot: Snapshot
  private let owner: KubeObject
  private let now: String

  init(_ deployment: ModelDeployment, plan: CapacityPlan, _ observed: Observed) {
    snapshot = observed.snapshot
    owner = deployment.object
    now = observed.now
    let intent = ServingIntent(deployment, plan: plan, observed)
    guard isApproved(deployment, plan) else { return }
    let settings = intent.settings
    if settings.prometheusAddress == nil, settings.externalScalerAddress == nil, intent.autoscaler != .horizontalPodAutoscaler {
      missing.append("no Prometheus address is configured, so the number of replicas is fixed")
    }
    if let obstacle = DeploymentManifest.obstacle(intent) ?? VLLMArguments.obstacle(intent) {
      finding = Finding("UnsupportedSource", obstacle + ".")
      return
    }
    if let obstacle = LLMInferenceServiceManifest.obstacle(intent) {
      finding = Finding("NameTooLong", obstacle + ".")
      return
    }
    for entry in ServingManifests(for: intent).entries { write(entry) }
    // All or nothing: an autoscaler without its servers helps nobody.
    if isRefused { writes = [] }
    notes = intent.notes(snapshot)
    let exposing = ExposureStep(intent, observed)
    writes += isRefused ? [] : exposing.writes
    missing += exposing.missing
    contest = contest ?? exposing.contest
    self.exposing = exposing
  }

  private mutating func isApproved(_ deployment: ModelDeployment, _ plan: CapacityPlan) -> Bool {
    guard let missing = Self.approval(deployment, plan) else { return true }
    finding = missing
    return false
  }

  /// For `approval: manual`, and for GPUs on an estimate that nobody allowed: the annotation names the plan by its digest, or the
  /// generation of the spec. `nil` when the plan may go ahead.
  static func approval(_ deployment: ModelDeployment, _ plan: CapacityPlan) -> Finding? {
    let owner = deployment.object
    let isUnvouched = buysOnEstimate(deployment, plan)
    guard deployment.approval == .manual || isUnvouched else { return nil }
    let approved = owner.annotations[Names.approvedAnnotation]
    if approved == plan.inputsDigest || approved == "\(owner.generation)" { return nil }
    let estimate =
      isUnvouched
      ? ", which is only estimated: no benchmark vouches for it. Nothing is bought on an estimate unless somebody allowed it" : ""
    let always = isUnvouched ? "; to allow estimates: spec.planning.minimumConfidence: estimated" : ""
    return Finding(
      isUnvouched ? "EstimateNotApproved" : "AwaitingApproval",
      "The plan is \(plan.configuration) for \(plan.model)\(estimate). To go ahead: kubectl annotate --overwrite mdep \(owner.name) "
        + "\(Names.approvedAnnotation)=\(plan.inputsDigest)\(always)")
  }

  /// Whether GPUs would be taken because of figures that nobody measured, without anybody having allowed that. A simulator takes none.
  private static func buysOnEstimate(_ deployment: ModelDeployment, _ plan: CapacityPlan) -> Bool {
    deployment.serving.runtime != .simulator && deployment.planning.minimumConfidence != .estimated
      && (plan.confidence == .estimated || plan.basis == .estimated)
  }

  private mutating func write(_ entry: ServingManifests.Entry) {
    guard snapshot.isServed(entry.type) else {
      if let loss = entry.loss { report(loss, entry.type) }
      return
    }
    let live = snapshot[entry.type, entry.key]
    if let live, !live.ownerReferences.contains(where: { $0.uid == owner.uid }) {
      // Not ours: it is left alone, whatever it is.
      if entry.object != nil {
        let text = "The \(entry.type.kind) \(entry.key.name) exists and does not belong to this ModelDeployment. Rename one of the two."
        finding = finding ?? Finding("Conflicted", text)
        isOccupied = true
        // Whoever made the servers scales and watches them too.
        if entry.loss?.isEssential == true { isRefused = true }
      }
      return
    }
    guard let rendered = entry.object else {
      if let live { writes.append(.delete(entry.type, live.key, uid: live.uid)) }
      return
    }
    let desired = ManifestDiff.signed(rendered)
    guard ManifestDiff.isNeeded(desired, live: live), passesAudit(rendered) else { return }
    let restoration = live.map { Restoration(of: desired, live: $0, now: now) }
    contest = contest ?? restoration?.finding
    if let desired = restoration.map(\.desired) ?? desired { writes.append(.apply(entry.type, desired, manager: Names.manager)) }
  }

  private mutating func passesAudit(_ rendered: KubeObject) -> Bool {
    let findings = ManifestAudit.findings(rendered)
    guard !findings.isEmpty else { return true }
    isRefused = true
    finding = Finding(
      "ManifestRefused",
      "The \(rendered.kind) \(rendered.name) is not written, for no API server should take it: "
        + findings.map(\.description).joined(separator: "; ") + ". What runs stays as it is.")
    return false
  }

  private mutating func report(_ loss: ServingManifests.Entry.Loss, _ type: ResourceType) {
    missing.append("\(loss.project) is not installed (no \(type)): \(loss.consequence)")
    if loss.isEssential { finding = finding ?? Finding(loss.reason, "\(loss.project) is not installed (no \(type)): \(loss.consequence).") }
  }
}
