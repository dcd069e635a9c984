import JSON
import Scheduling

// The form of /figures. Reading is lenient where a proxy of another version may say more or less: proxies and who watches over them are
// not replaced at the same moment.
extension ProxyFigures {
  package var json: JSONValue {
    [
      "instance": .string(instance), "revision": revision.map(JSONValue.string) ?? .null,
      "refusal": refusal.map(JSONValue.string) ?? .null, "pools": .array(pools.map(\.json)),
    ]
  }

  /// `nil` when it is no page of a proxy.
  package init?(json: JSONValue) {
    guard let instance = json["instance"]?.string, let pools = json["pools"]?.array else { return nil }
    self.init(
      instance: instance, revision: json["revision"]?.string, refusal: json["refusal"]?.string, pools: pools.compactMap { Pool(json: $0) })
  }
}

extension ProxyFigures.Pool {
  fileprivate var json: JSONValue {
    ["name": .string(name), "backends": .array(backends.map(\.json)), "tiers": .array(tiers.map(\.json))]
  }

  fileprivate init?(json: JSONValue) {
    guard let name = json["name"]?.string else { return nil }
    self.name = name
    backends = (json["backends"]?.array ?? []).compactMap { ProxyFigures.Backend(json: $0) }
    tiers = (json["tiers"]?.array ?? []).compactMap { ProxyFigures.Tier(json: $0) }
  }
}

extension ProxyFigures.Backend {
  fileprivate var json: JSONValue { ["id": .string(id), "breakers": JSONValue(breakers.map(\.rawValue))] }

  fileprivate init?(json: JSONValue) {
    guard let id = json["id"]?.string else { return nil }
    self.id = id
    breakers = (json["breakers"]?.array ?? []).map { $0.string.flatMap(BreakerState.init) ?? .closed }
  }
}

extension ProxyFigures.Tier {
  fileprivate var json: JSONValue {
    [
      "name": .string(counted.name), "waiting": JSONValue(waiting), "inUse": JSONValue(inUse),
      "served": JSONValue(Int(clamping: counted.served)), "refused": JSONValue(Int(clamping: counted.refused)),
      "failed": JSONValue(Int(clamping: counted.failed)), "clientGone": JSONValue(Int(clamping: counted.clientGone)),
      "promptTokens": JSONValue(Int(clamping: counted.promptTokens)), "outputTokens": JSONValue(Int(clamping: counted.outputTokens)),
      "withinObjective": JSONValue(Int(clamping: counted.compliance.within)),
      "outsideObjective": JSONValue(Int(clamping: counted.compliance.outside)), "revenueUSD": .double(counted.revenue),
      "timeToFirstToken": counted.timeToFirstToken.json, "interTokenLatency": counted.interTokenLatency.json,
      "endToEnd": counted.endToEnd.json,
    ]
  }

  fileprivate init?(json: JSONValue) {
    guard let name = json["name"]?.string else { return nil }
    func count(_ name: String) -> UInt64 { UInt64(max(0, json[name]?.int ?? 0)) }
    waiting = max(0, json["waiting"]?.int ?? 0)
    inUse = max(0, json["inUse"]?.int ?? 0)
    counted = DataPlaneStatistics.Tier(
      name: name, served: count("served"), refused: count("refused"), failed: count("failed"), clientGone: count("clientGone"),
      promptTokens: count("promptTokens"), outputTokens: count("outputTokens"),
      timeToFirstToken: json["timeToFirstToken"].flatMap { Histogram(json: $0) } ?? Histogram(),
      interTokenLatency: json["interTokenLatency"].flatMap { Histogram(json: $0) } ?? Histogram(.gap),
      endToEnd: json["endToEnd"].flatMap { Histogram(json: $0) } ?? Histogram(),
      compliance: Compliance(within: count("withinObjective"), outside: count("outsideObjective")),
      revenue: max(0, json["revenueUSD"]?.double ?? 0))
  }
}
