import JSON
import Kubernetes
import Manifests
import QoSAPI
import Reconciliation
import Scheduling
import TestKit

/// The input of a golden pair: objects of a cluster, and one document `given:` that names the object to decide on, the kinds
/// that the server lacks, what the data plane runs, and settings.
struct ObservedFixture {
  static let types: [ResourceType] = [
    .qosPolicy, .modelDeployment, .inferenceService, .scaledObject, .podMonitor, .authPolicy, .endpointSlice, .secret, .service, .node,
    .httpRoute, .referenceGrant, .ingress, .networkPolicy, .podDisruptionBudget,
  ]

  /// Kinds that a cluster has and that a case names under `present` when they matter to it.
  static let more: [ResourceType] = [.llmInferenceService, .deployment, .horizontalPodAutoscaler, .prometheusRule, .configMap]

  let observed: Observed
  let type: ResourceType
  let key: ObjectKey

  init(_ documents: [JSONValue]) throws {
    guard let given = documents.first(where: { $0["given"] != nil })?["given"],
      let type = Self.types.first(where: { $0.kind == given["kind"]?.string }), let name = given["name"]?.string
    else { throw TestKitError("the input needs a document `given:` with kind and name") }
    self.type = type
    key = ObjectKey(namespace: given["namespace"]?.string ?? "tenant-a", name: name)
    observed = Observed(
      snapshot: try Self.snapshot(documents, absent: given["absent"]?.strings ?? [], present: given["present"]?.strings ?? []),
      knowledge: KnowledgeFixture.knowledge,
      programmed: Self.programmed(given["programmed"]), settings: Self.settings(given["settings"] ?? [:]),
      now: given["now"]?.string ?? "2026-11-21T10:00:00Z")
  }

  static func snapshot(_ documents: [JSONValue], absent: [String], present: [String] = []) throws -> Snapshot {
    let types = types + more.filter { present.contains($0.kind) }
    var snapshot = Snapshot()
    let objects = documents.filter { $0["given"] == nil }.map(KubeObject.init)
    for object in objects where !types.contains(where: { $0.kind == object.kind }) { throw TestKitError("unknown kind \(object.kind)") }
    for type in types where !absent.contains(type.kind) { snapshot.set(type, objects.filter { $0.kind == type.kind }) }
    return snapshot
  }

  private static func settings(_ json: JSONValue) -> OperatorSettings {
    var manifests = ManifestSettings(
      podiumImage: "podium:test",
      prometheusAddress: json["withoutPrometheus"]?.bool == true ? nil : "http://prometheus-operated.monitoring.svc:9090")
    manifests.externalMetric = json["externalMetric"]?.string
    manifests.monitoring.alerts = json["alerts"]?.bool ?? false
    if let rate = json["loadMegabytesPerSecond"]?.double { manifests.loadMegabytesPerSecond = rate }
    return OperatorSettings(
      defaultGatewayURL: json["gatewayURL"]?.string ?? "http://podium.{namespace}.svc",
      trustedTierHeader: json["trustedTierHeader"]?.string, manifests: manifests)
  }

  private static func programmed(_ json: JSONValue?) -> [String: ProgrammedPolicy] {
    guard let json else { return [:] }
    var policy = ProgrammedPolicy(revision: json["revision"]?.string ?? "1", problem: json["problem"]?.string)
    for member in json["policies"]?.object ?? [:] { policy.policyGenerations[member.key] = member.value.int }
    for member in json["pools"]?.object ?? [:] {
      policy.pools[member.key] = PoolFigures(
        backends: member.value["backends"]?.int ?? 0,
        tiers: (member.value["tiers"]?.array ?? []).map(Self.tier), ttftP95: member.value["ttftP95"]?.double,
        itlP95: member.value["itlP95"]?.double, e2eP95: member.value["e2eP95"]?.double,
        requestsPerSecond: member.value["requestsPerSecond"]?.double, answers: member.value["answers"].map(Self.answers))
    }
    return ["tenant-a": policy]
  }

  private static func answers(_ json: JSONValue) -> AnswerFigures {
    func latency(_ name: String) -> LatencyFigures? {
      json[name].map { it in
        let p95 = it["p95"]?.double ?? 0
        return LatencyFigures(
          count: it["count"]?.int ?? 0, mean: it["mean"]?.double ?? p95, p50: it["p50"]?.double ?? p95, p95: p95,
          p95Low: it["low"]?.double ?? p95, p95High: it["high"]?.double ?? .infinity)
      }
    }
    return AnswerFigures(
      ttft: latency("ttft"), itl: latency("itl"), e2e: latency("e2e"), promptTokens: json["promptTokens"]?.double,
      outputTokens: json["outputTokens"]?.double, seconds: json["seconds"]?.double ?? 60)
  }

  private static func tier(_ json: JSONValue) -> TierFigures {
    let breaker = json["breaker"]?.string.flatMap(BreakerState.init(rawValue:)) ?? .closed
    let minute = json["lastMinute"].map { json in
      TierFigures.LastMinute(
        requests: json["requests"]?.int ?? 0, refused: json["refused"]?.int ?? 0, failed: json["failed"]?.int ?? 0,
        withinObjective: json["withinObjective"]?.int ?? 0, outsideObjective: json["outsideObjective"]?.int ?? 0,
        revenueUSD: json["revenueUSD"]?.double ?? 0, ttftP95: json["ttftP95"]?.double, e2eP95: json["e2eP95"]?.double)
    }
    return TierFigures(
      name: json["name"]?.string ?? "", waiting: json["waiting"]?.int ?? 0, inUse: json["inUse"]?.int ?? 0, breaker: breaker,
      lastMinute: minute)
  }

  var decision: Decision {
    switch type {
    case .qosPolicy: QoSPolicyReconciler.decide(key, observed)
    case .modelDeployment: ModelDeploymentReconciler.decide(key, observed)
    default: AuthPolicyReconciler.decide(key, observed)
    }
  }
}

/// Decisions as documents, for golden files.
extension Decision {
  var documents: [JSONValue] {
    let requeue = requeueAfter.map { JSONValue(Int($0.components.seconds)) } ?? "at the next change"
    return actions.map(Self.document) + [["lookAgainAfterSeconds": requeue]]
  }

  private static func document(_ action: Action) -> JSONValue {
    switch action {
    case .apply(_, let object, let manager): ["apply": object.json, "manager": .string(manager)]
    case .applyStatus(_, let object, let manager): ["applyStatus": object.json, "manager": .string(manager)]
    case .delete(let type, let key, let uid): ["delete": .string("\(type) \(key)"), "uid": uid.map { .string($0) } ?? .null]
    case .event(let note):
      [
        "event": [
          "type": .string(note.level.rawValue), "reason": .string(note.reason), "action": .string(note.action), "note": .string(note.note),
          "regarding": .string("\(note.regarding.kind) \(note.regarding.key)"),
        ]
      ]
    }
  }
}
