import JSON
import Kubernetes
import QoSAPI

extension PolicyDraft {
  /// One policy of all drafts of a namespace: what two of them say about one tier must be the same.
  static func merged(_ drafts: [PolicyDraft], _ log: inout ConversionLog) -> PolicyDraft? {
    // What is a policy already keeps its name and its place.
    guard var policy = drafts.first(where: \.isPolicy) ?? drafts.first else { return nil }
    for draft in drafts where draft.document != policy.document { policy.take(draft, &log) }
    policy.header = drafts.compactMap(\.header).first
    policy.servesOthers = policy.servesOthers && !policy.hasUnmatchedTier(drafts)
    return policy
  }

  private mutating func take(_ other: PolicyDraft, _ log: inout ConversionLog) {
    name = name ?? other.name
    servesOthers = servesOthers || other.servesOthers
    for tier in other.tiers {
      guard let index = tiers.firstIndex(where: { $0.name == tier.name }) else {
        tiers.append(tier)
        continue
      }
      let mine = tiers[index]
      for (word, ours, theirs) in [("weight", mine.weight, tier.weight), ("priority", mine.priority, tier.priority)] {
        if let ours, let theirs, ours != theirs {
          log.problem(
            tier.document, "\(tier.field).\(word)",
            "is \(theirs), and document \(mine.document + 1) says \(ours) for the same tier at \(mine.field); write the same in both, or "
              + "convert them as separate files")
        }
      }
      tiers[index].weight = mine.weight ?? tier.weight
      tiers[index].priority = mine.priority ?? tier.priority
      tiers[index].errorRate = mine.errorRate ?? tier.errorRate
    }
    for member in other.spec { spec[member.key] = Self.union(spec[member.key], member.value) }
  }

  private static func union(_ mine: JSONValue?, _ theirs: JSONValue) -> JSONValue {
    guard var mine, let members = theirs.object, mine.object != nil else { return mine ?? theirs }
    for member in members where mine[member.key] == nil { mine[member.key] = member.value }
    return mine
  }

  /// Whether some other document has a tier that a document which serves others does not match: that is where they belong.
  private func hasUnmatchedTier(_ drafts: [PolicyDraft]) -> Bool {
    let matched = Set(drafts.filter(\.servesOthers).flatMap(\.tiers).map(\.name))
    return tiers.contains { !matched.contains($0.name) }
  }

  /// Callers of no tier would count as the lowest one, which in a document that names only the better ones is too good for them.
  mutating func addDefaultTier(_ log: inout ConversionLog) {
    guard servesOthers, !tiers.contains(where: { $0.name == "default" }) else { return }
    let weight = max(1, 100 - tiers.compactMap(\.weight).reduce(0, +))
    let priority = max(0, (tiers.compactMap(\.priority).min() ?? 1) - 1)
    tiers.append(Tier(name: "default", weight: min(100, weight), priority: priority, document: document, field: "spec"))
    var classification = spec["classification"] ?? [:]
    classification["defaultTier"] = classification["defaultTier"] ?? "default"
    spec["classification"] = classification
    log.change(
      document, "",
      "the tier default (weight \(min(100, weight)), priority \(priority)) added to the QoSPolicy: for callers of none of the tiers named here"
    )
  }

  /// The lowest by priority; `nil` without tiers.
  var lowestTier: String? { tiers.min { ($0.priority ?? 0, $0.weight ?? 0) < ($1.priority ?? 0, $1.weight ?? 0) }?.name }

  /// The QoSPolicy, if everything that it needs was said.
  func object(_ log: inout ConversionLog) -> JSONValue? {
    for tier in tiers {
      for (word, value, range) in [("weight", tier.weight, "1 to 100"), ("priority", tier.priority, "0 to 1000000")] where value == nil {
        log.problem(tier.document, "\(tier.field).\(word)", "is missing; write a whole number from \(range)")
      }
    }
    guard log.problems.isEmpty else { return nil }
    var policy = KubeObject(.qosPolicy, namespace: namespace, name: name ?? "qos")
    if let metadata { policy["metadata"] = metadata }
    policy["spec"] = ["tiers": .array(tiers.map(\.json))]
    for member in spec { policy[["spec", member.key]] = member.value }
    let read = Result { () throws(FieldProblems) in try QoSPolicy(policy) }
    if case .failure(let wrong) = read {
      for problem in wrong.problems { log.problem(document, problem.field, problem.message) }
      return nil
    }
    return policy.json
  }
}

extension PolicyDraft.Tier {
  var json: JSONValue {
    var json: JSONValue = ["name": .string(name), "weight": JSONValue(weight ?? 1), "priority": JSONValue(priority ?? 0)]
    for member in others { json[member.key] = member.value }
    if let errorRate, json["circuitBreaker"] == nil { json["circuitBreaker"] = ["errorRate": .double(errorRate)] }
    return json
  }
}
