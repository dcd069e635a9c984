import JSON

/// What one document says about tiers, on the way to a QoSPolicy. Several documents of a stream may say parts of the same policy.
struct PolicyDraft {
  struct Tier {
    var name: String
    var weight: Int?
    var priority: Int?
    var errorRate: Double?
    /// Members of a QoSPolicy's tier that are taken as they are.
    var others: JSONObject = [:]
    var document: Int
    var field: String
  }

  var document: Int
  /// `nil` where the document has no name.
  var name: String?
  var namespace: String?
  /// That of a QoSPolicy, as it was.
  var metadata: JSONValue?
  var tiers: [Tier] = []
  /// Members of `spec` beside `tiers`, as a QoSPolicy has them.
  var spec: JSONObject = [:]
  /// A header that the document reads the tier from, believed unless something sets it.
  var header: String?
  /// Whether callers of none of its tiers are served too, so that they need a tier of their own.
  var servesOthers = false
  /// Whether it was a QoSPolicy already.
  var isPolicy = false

  init(document: Int, object: JSONValue? = nil) {
    self.document = document
    name = object?[["metadata", "name"]]?.string
    namespace = object?[["metadata", "namespace"]]?.string
  }
}

extension PolicyDraft {
  /// Reads tiers as a list of objects with a name, or as an object by name.
  mutating func readTiers(_ json: JSONValue?, at field: String, _ log: inout ConversionLog) {
    switch json {
    case .object(let byName)?:
      for member in byName { readTier(member.value, name: member.key, at: "\(field).\(member.key)", &log) }
    case .array(let list)?:
      for (index, element) in list.enumerated() {
        guard let name = element["name"]?.string, !name.isEmpty else {
          log.problem(document, "\(field)[\(index)].name", "is missing; write the tier's name")
          continue
        }
        readTier(element, name: name, at: "\(field)[\(index)]", &log)
      }
    case let other:
      log.problem(document, field, "\(other?.text() ?? "nothing") says no tiers; write them by name, each with weight and priority")
    }
  }

  mutating func readTier(_ json: JSONValue, name: String, at field: String, _ log: inout ConversionLog) {
    guard let members = json.object else {
      return log.problem(document, field, "\(json.text()) is no tier; write weight and priority below it")
    }
    var tier = Tier(name: name, document: document, field: field)
    for member in members {
      let path = "\(field).\(member.key)"
      switch member.key {
      case "name": continue
      case "weight": tier.weight = Self.whole(member.value, 1...100, document, path, &log)
      case "priority": tier.priority = Self.whole(member.value, 0...1_000_000, document, path, &log)
      case "sla": tier.others["sla"] = member.value
      case "slo", "limits", "match", "circuitBreaker", "revenuePerRequest", "revenuePerMillionTokens":
        if isPolicy { tier.others[member.key] = member.value } else { fallthrough }
      default: log.problem(document, path, "a tier of a QoSPolicy has no equivalent; remove it")
      }
    }
    if let twice = tiers.first(where: { $0.name == name }) {
      return log.problem(document, field, "the tier \(name) is at \(twice.field) too; remove one of the two")
    }
    tiers.append(tier)
  }

  static func whole(
    _ json: JSONValue, _ range: ClosedRange<Int>, _ document: Int, _ field: String, _ log: inout ConversionLog
  ) -> Int? {
    guard let value = json.int, range.contains(value) else {
      log.problem(document, field, "\(json.text()) is not possible; write a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return value
  }

  /// `circuit_breaker`, in the spellings that were published.
  mutating func readBreaker(_ json: JSONValue, at field: String, _ log: inout ConversionLog) {
    guard let members = json.object else { return log.problem(document, field, "\(json.text()) is no object; write fields below it") }
    var breaker = JSONObject()
    for member in members {
      let path = "\(field).\(member.key)"
      switch member.key {
      case "enabled", "adaptiveThresholds", "adaptive_thresholds", "adaptive_latency":
        guard member.value.bool != nil else {
          log.problem(document, path, "\(member.value.text()) is neither true nor false")
          continue
        }
        breaker[member.key == "enabled" ? "enabled" : "adaptiveThresholds"] = member.value
      case "error_thresholds": readErrorRates(member.value, at: path, &log)
      default: log.problem(document, path, "a QoSPolicy's circuitBreaker has no equivalent; remove it")
      }
    }
    if breaker["enabled"] == nil { breaker = JSONObject([("enabled", true)] + breaker.map { ($0.key, $0.value) }) }
    spec["circuitBreaker"] = .object(breaker)
  }

  private mutating func readErrorRates(_ json: JSONValue, at field: String, _ log: inout ConversionLog) {
    for member in json.object ?? [:] {
      guard let index = tiers.firstIndex(where: { $0.name == member.key }) else {
        log.problem(
          document, "\(field).\(member.key)", "is not a tier; write one of \(tiers.map(\.name).joined(separator: ", "))")
        continue
      }
      guard let rate = member.value.double, (0.0001...1).contains(rate) else {
        log.problem(
          document, "\(field).\(member.key)", "\(member.value.text()) is not possible; write a share of requests from 0.0001 to 1")
        continue
      }
      tiers[index].errorRate = rate
    }
    if json.object == nil { log.problem(document, field, "\(json.text()) is no object; write a share of requests for each tier") }
  }
}
