import Kubernetes
import QoSAPI

/// One QoSPolicy, judged: its conditions by ordered checks, the first failure of each counts.
struct PolicyCase {
  let object: KubeObject
  let namespace: String
  let settings: OperatorSettings
  let assignment: PolicyAssignment
  /// The policy itself; `nil` when it cannot be read.
  let policy: QoSPolicy?
  /// Names of the ModelDeployments that it applies to, in order.
  let targets: [String]
  let programmed: ProgrammedPolicy?
  let tierSources: [TierSource]
  private let existing: Set<String>

  init(_ object: KubeObject, namespace: String, _ observed: Observed) {
    self.object = object
    self.namespace = namespace
    settings = observed.settings
    let assignment = PolicyAssignment(namespace: namespace, snapshot: observed.snapshot)
    self.assignment = assignment
    policy = assignment.policies.first { $0.name == object.name }
    let deployments = observed.snapshot.objects(of: .modelDeployment, in: namespace).map(\.name)
    existing = Set(deployments)
    targets = deployments.filter { assignment.policy(for: $0)?.name == object.name }
    programmed = observed.programmed[namespace]
    tierSources = TierSource.all(in: namespace, observed.snapshot)
  }

  var conditions: [Condition] {
    let generation = object.generation
    let acceptance = Finding.first(self, [Self.isReadable, Self.pointsAtModels, Self.targetsExist, Self.wins])
    let programming = acceptance ?? Finding.first(self, [Self.isTaken, Self.isNotRefused, Self.isCurrent])
    let notAccepted = acceptance.map { Finding("NotAccepted", $0.message) }
    return [
      Condition("Accepted", finding: acceptance, else: "Accepted", acceptedMessage, generation: generation),
      Condition("Programmed", finding: notAccepted ?? programming, else: "Programmed", programmedMessage, generation: generation),
      Condition("Ready", finding: programming, else: "Ready", "The data plane enforces this policy.", generation: generation),
      inversion, tierSource,
    ].compactMap { $0 }
  }

  // MARK: Accepted

  private static func isReadable(_ it: PolicyCase) -> Finding? {
    it.assignment.problems[it.object.name].map { Finding("Invalid", $0.description) }
  }

  private static func pointsAtModels(_ it: PolicyCase) -> Finding? {
    guard let policy = it.policy, !policy.isNamespaceWide, policy.targetedDeployments.isEmpty else { return nil }
    let kinds = Set(policy.targetRefs.map(\.kind)).sorted().joined(separator: ", ")
    return Finding("UnsupportedTarget", "Only ModelDeployments can be targets so far, not \(kinds). Point at a ModelDeployment.")
  }

  private static func targetsExist(_ it: PolicyCase) -> Finding? {
    guard let names = it.policy?.targetedDeployments, !names.isEmpty, !names.contains(where: it.existing.contains) else { return nil }
    return Finding(
      "TargetNotFound",
      "There is no ModelDeployment \(names.joined(separator: ", ")) in namespace \(it.namespace). Create it, or correct targetRefs.")
  }

  /// Conflicted when nothing that it points at is left for it.
  private static func wins(_ it: PolicyCase) -> Finding? {
    guard let policy = it.policy, let lost = it.assignment.lost[policy.name] else { return nil }
    if let winner = lost[""] {
      return Finding(
        "Conflicted", "QoSPolicy \(winner) is older and holds for the whole namespace too. Add targetRefs here, or remove one of the two.")
    }
    guard policy.targetedDeployments.allSatisfy({ lost[$0] != nil }) else { return nil }
    let winners = Set(lost.values).sorted().joined(separator: ", ")
    return Finding("Conflicted", "QoSPolicy \(winners) is older and has the same targets. Remove one of the two, or change targetRefs.")
  }

  private var acceptedMessage: String {
    var sentences = [
      policy?.isNamespaceWide ?? true
        ? "Applies to \(targets.count) ModelDeployment(s): all of the namespace that no other policy points at."
        : "Applies to \(targets.joined(separator: ", "))."
    ]
    if let lost = policy.flatMap({ assignment.lost[$0.name] }), !lost.isEmpty {
      sentences.append("An older policy has \(lost.keys.sorted().joined(separator: ", ")).")
    }
    let missing = policy?.targetedDeployments.filter { !existing.contains($0) } ?? []
    if !missing.isEmpty { sentences.append("There is no ModelDeployment \(missing.joined(separator: ", ")).") }
    let ineffective = policy?.ineffectiveFields ?? []
    if !ineffective.isEmpty {
      sentences.append("Accepted but not acted on by this version: \(ineffective.joined(separator: ", ")).")
    }
    return sentences.joined(separator: " ")
  }

  // MARK: Programmed

  private static func isTaken(_ it: PolicyCase) -> Finding? {
    guard it.programmed == nil else { return nil }
    return Finding("Pending", "The data plane of namespace \(it.namespace) has not taken a policy yet.", status: .unknown)
  }

  private static func isNotRefused(_ it: PolicyCase) -> Finding? {
    it.programmed?.problem.map { Finding("Refused", "The data plane keeps the policy before this one: \($0)") }
  }

  private static func isCurrent(_ it: PolicyCase) -> Finding? {
    guard let running = it.programmed?.policyGenerations[it.object.name], running == it.object.generation else {
      let reason = it.programmed?.pending.map { ": \($0)." } ?? "."
      return Finding("Pending", "The data plane has not taken generation \(it.object.generation) yet\(reason)")
    }
    return nil
  }

  private var programmedMessage: String { "The data plane runs generation \(object.generation) in revision \(programmed?.revision ?? "")." }

  // MARK: Warnings

  /// A tier with more priority and less weight than another goes first and earns less: rarely meant.
  private var inversion: Condition? {
    guard let tiers = policy?.tiers else { return nil }
    for tier in tiers {
      guard let other = tiers.first(where: { $0.priority < tier.priority && $0.weight > tier.weight }) else { continue }
      return Condition(
        "PriorityInversion", .yes, reason: "WeightBelowLowerPriority",
        message:
          "Tier \(tier.name) (priority \(tier.priority), weight \(tier.weight)) goes before \(other.name) (priority \(other.priority), "
          + "weight \(other.weight)) and earns less under load. Give \(tier.name) at least weight \(other.weight), or a lower priority.",
        observedGeneration: object.generation)
    }
    return nil
  }

  /// Only where the namespace has AuthPolicies.
  private var tierSource: Condition? {
    guard let first = tierSources.first else { return nil }
    let source = tierSources.first(where: \.isReady) ?? first
    return Condition(
      "TierSourceReady", source.isReady ? .yes : .no, reason: source.reason, message: "AuthPolicy \(source.policy.name): \(source.message)",
      observedGeneration: object.generation)
  }
}
