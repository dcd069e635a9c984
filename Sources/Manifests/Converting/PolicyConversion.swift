import JSON
import QoSAPI

/// A QoSPolicy as it was published: `circuit_breaker`, `adaptive_thresholds`, another version, tiers by name.
enum PolicyConversion {
  private static let group = "qos.maas.io/"

  static func applies(to document: JSONValue) -> Bool {
    document["kind"]?.string == "QoSPolicy" && document["apiVersion"]?.string?.hasPrefix(group) == true
  }

  /// The draft, and whether anything about the document is to be changed.
  static func draft(_ object: JSONValue, document: Int, _ log: inout ConversionLog) -> (draft: PolicyDraft, isChanged: Bool) {
    var draft = PolicyDraft(document: document, object: object)
    draft.isPolicy = true
    draft.metadata = object["metadata"]
    let before = log.changes.count
    if let version = object["apiVersion"]?.string, version != "qos.maas.io/v1" {
      log.change(document, "apiVersion", "\(version) is now qos.maas.io/v1: no other version is served")
    }
    guard let spec = object["spec"]?.object else {
      log.problem(document, "spec", "is missing; write the tiers below it")
      return (draft, false)
    }
    if let tiers = spec["tiers"] {
      if tiers.object != nil { log.change(document, "spec.tiers", "a list instead of names: that is how a QoSPolicy has them") }
      draft.readTiers(tiers, at: "spec.tiers", &log)
    } else {
      log.problem(document, "spec.tiers", "is missing; write at least one tier with name, weight and priority")
    }
    for member in spec where member.key != "tiers" {
      switch member.key {
      case "circuit_breaker": breaker(member.value, &draft, spec, &log)
      case "circuitBreaker":
        if member.value["adaptive_thresholds"] != nil {
          log.change(document, "spec.circuitBreaker.adaptive_thresholds", "is now adaptiveThresholds: the API's fields are in camel case")
        }
        draft.readBreaker(member.value, at: "spec.circuitBreaker", &log)
      case "targetRefs", "classification", "algorithm", "capacity", "placement": draft.spec[member.key] = member.value
      default: log.problem(document, "spec.\(member.key)", "a QoSPolicy has no such field; remove it")
      }
    }
    return (draft, log.changes.count > before)
  }

  private static func breaker(_ json: JSONValue, _ draft: inout PolicyDraft, _ spec: JSONObject, _ log: inout ConversionLog) {
    guard spec["circuitBreaker"] == nil else {
      return log.problem(draft.document, "spec.circuit_breaker", "is another spelling of circuitBreaker; write only one of them")
    }
    log.change(
      draft.document, "spec.circuit_breaker",
      "is now circuitBreaker, and adaptive_thresholds adaptiveThresholds: the API's fields are in camel case (the old spelling is accepted too)"
    )
    draft.readBreaker(json, at: "spec.circuit_breaker", &log)
  }
}
