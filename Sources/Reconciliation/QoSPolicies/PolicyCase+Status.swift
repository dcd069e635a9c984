import JSON
import QoSAPI
import Scheduling

extension PolicyCase {
  /// Everything of the status but its conditions.
  var status: JSONValue {
    var status: JSONValue = ["observedGeneration": JSONValue(object.generation)]
    guard let policy else { return status }
    status["summary"] = .string(policy.tiers.map { "\($0.name) \($0.weight)/\($0.priority)" }.joined(separator: ", "))
    if let revision = programmed?.revision, !revision.isEmpty { status["revision"] = .string(revision) }
    status["targetCount"] = JSONValue(targets.count)
    status["targets"] = JSONValue(Array(targets.prefix(16)))
    status["ancestors"] = .array(ancestors(policy))
    let tiers = policy.tiers.map { tierJSON($0, of: policy) }
    status["waiting"] = JSONValue(tiers.reduce(0) { $0 + ($1["waiting"]?.int ?? 0) })
    status["tiers"] = .array(tiers)
    if !tierSources.isEmpty { status["tierSources"] = .array(tierSources.prefix(16).map(\.statusJSON)) }
    return status
  }

  /// What it is attached to: the namespace, or each of its targets.
  private func ancestors(_ policy: QoSPolicy) -> [JSONValue] {
    let references: [JSONValue] =
      policy.isNamespaceWide
      ? [["kind": "Namespace", "name": .string(namespace)]]
      : policy.targetRefs.prefix(16).map { ["group": .string($0.group), "kind": .string($0.kind), "name": .string($0.name)] }
    return references.map { ["ancestorRef": $0, "controllerName": .string(settings.controllerName)] }
  }

  private func tierJSON(_ tier: QoSPolicy.Tier, of policy: QoSPolicy) -> JSONValue {
    let weights = policy.tiers.reduce(0) { $0 + $1.weight }
    let pools = targets.compactMap { programmed?.pools[$0] }
    let figures = pools.compactMap { pool in pool.tiers.first { $0.name == tier.name } }
    var json: JSONValue = [
      "name": .string(tier.name), "share": .double((Double(tier.weight) * 1000 / Double(weights)).rounded() / 10),
      "inUse": JSONValue(figures.reduce(0) { $0 + $1.inUse }), "waiting": JSONValue(figures.reduce(0) { $0 + $1.waiting }),
    ]
    if !figures.isEmpty { json["breaker"] = .string(Self.worst(figures.map(\.breaker))) }
    let minutes = figures.compactMap(\.lastMinute)
    guard !minutes.isEmpty else { return json }
    json["lastMinute"] = Self.minuteJSON(minutes)
    let within = minutes.reduce(0) { $0 + $1.withinObjective }
    let judged = minutes.reduce(within) { $0 + $1.outsideObjective }
    if judged > 0 { json["slaCompliance"] = .double((Double(within) * 1000 / Double(judged)).rounded() / 10) }
    return json
  }

  private static func worst(_ states: [BreakerState]) -> String {
    if states.contains(.open) { return "open" }
    return states.contains(.halfOpen) ? "half-open" : "closed"
  }

  /// Counts add up; of the percentiles of several models the worst is shown.
  private static func minuteJSON(_ minutes: [TierFigures.LastMinute]) -> JSONValue {
    var json: JSONValue = [
      "requests": JSONValue(minutes.reduce(0) { $0 + $1.requests }), "refused": JSONValue(minutes.reduce(0) { $0 + $1.refused }),
      "failed": JSONValue(minutes.reduce(0) { $0 + $1.failed }),
    ]
    let revenue = minutes.reduce(0) { $0 + $1.revenueUSD }
    if revenue > 0 { json["revenueUSD"] = .double((revenue * 10_000).rounded() / 10_000) }
    if let ttft = minutes.compactMap(\.ttftP95).max() { json["ttftP95"] = .double(ttft.rounded()) }
    if let e2e = minutes.compactMap(\.e2eP95).max() { json["e2eP95"] = .double(e2e.rounded()) }
    return json
  }
}
