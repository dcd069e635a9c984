import JSON
import Scheduling

extension SchedulingPolicy {
  /// - Parameter path: Where the policy stands in its file, for messages.
  package init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    var policy = SchedulingPolicy.standard
    if let elements = try reader.array("tiers") {
      policy.tiers = []
      for element in elements { policy.tiers.append(try TierPolicy(json: element.value, path: element.path)) }
      // Unknown callers get what is left over.
      policy.defaultTier = policy.tiers.min { $0.priority < $1.priority }?.name ?? ""
    }
    policy.defaultTier = try reader.string("defaultTier") ?? policy.defaultTier
    policy.algorithm = try reader.choice("algorithm", Algorithm.self) ?? policy.algorithm
    policy.circuitBreakers = try reader.boolean("circuitBreakers") ?? policy.circuitBreakers
    policy.adaptiveThresholds = try reader.boolean("adaptiveThresholds") ?? policy.adaptiveThresholds
    policy.capacity = try reader.choice("capacity", CapacitySource.self) ?? policy.capacity
    policy.placement = try reader.choice("placement", Placement.self) ?? policy.placement
    try reader.finish()
    self = policy
  }

  package var json: JSONValue {
    [
      "tiers": .array(tiers.map(\.json)), "defaultTier": .string(defaultTier), "algorithm": .string(algorithm.rawValue),
      "circuitBreakers": .bool(circuitBreakers), "adaptiveThresholds": .bool(adaptiveThresholds), "capacity": .string(capacity.rawValue),
      "placement": .string(placement.rawValue),
    ]
  }
}

extension TierPolicy {
  init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    let name = try reader.required("name")
    guard let weight = try reader.integer("weight") else {
      throw PolicyError(path: "\(path).weight", reason: "is missing: write a weight from 1 to 100")
    }
    guard let priority = try reader.integer("priority") else {
      throw PolicyError(path: "\(path).priority", reason: "is missing: write an integer; higher goes first")
    }
    let sla = try reader.choice("sla", SLA.self) ?? .standard
    let objective = try reader.object("slo").map { (slo) throws(PolicyError) in try LatencyObjective(slo) }
    var breaker = sla == .guaranteed ? BreakerPolicy.strict : sla == .standard ? .moderate : .lenient
    if var fields = try reader.object("breaker") {
      breaker.errorRate = try fields.number("errorRate") ?? breaker.errorRate
      breaker.latencyTolerance = try fields.number("latencyTolerance") ?? breaker.latencyTolerance
      try fields.finish()
    }
    let revenue = try TierRevenue(&reader)
    try reader.finish()
    self.init(
      name: name, weight: weight, priority: priority, sla: sla, objective: objective ?? .init(), breaker: breaker, revenue: revenue)
  }

  var json: JSONValue {
    var slo = JSONObject()
    slo["ttftP95"] = objective.timeToFirstToken.map { .double($0.inSeconds * 1000) }
    slo["itlP95"] = objective.interTokenLatency.map { .double($0.inSeconds * 1000) }
    slo["e2eP95"] = objective.endToEnd.map { .double($0.inSeconds * 1000) }
    var json: JSONValue = [
      "name": .string(name), "weight": JSONValue(weight), "priority": JSONValue(priority), "sla": .string(sla.rawValue),
      "slo": .object(slo),
      "breaker": ["errorRate": .double(breaker.errorRate), "latencyTolerance": .double(breaker.latencyTolerance)],
    ]
    if revenue.perRequest > 0 { json["revenuePerRequest"] = .double(revenue.perRequest) }
    if revenue.perMillionTokens > 0 { json["revenuePerMillionTokens"] = .double(revenue.perMillionTokens) }
    return json
  }
}

extension TierRevenue {
  fileprivate init(_ reader: inout FieldReader) throws(PolicyError) {
    self.init()
    for (field, member) in [("revenuePerRequest", \TierRevenue.perRequest), ("revenuePerMillionTokens", \.perMillionTokens)] {
      guard let usd = try reader.number(field) else { continue }
      guard usd >= 0, usd <= 1e12 else { throw PolicyError(path: reader.path(field), reason: "is \(usd): write US dollars, 0 or more") }
      self[keyPath: member] = usd
    }
    guard perRequest == 0 || perMillionTokens == 0 else {
      throw PolicyError(path: reader.path("revenuePerRequest"), reason: "is given beside revenuePerMillionTokens: write only one of them")
    }
  }
}

extension LatencyObjective {
  fileprivate init(_ fields: FieldReader) throws(PolicyError) {
    var reader = fields
    self.init(
      timeToFirstToken: try Self.milliseconds(&reader, "ttftP95"), interTokenLatency: try Self.milliseconds(&reader, "itlP95"),
      endToEnd: try Self.milliseconds(&reader, "e2eP95"))
    try reader.finish()
  }

  private static func milliseconds(_ reader: inout FieldReader, _ field: String) throws(PolicyError) -> Duration? {
    guard let number = try reader.number(field) else { return nil }
    guard number > 0, number < 1e9 else { throw PolicyError(path: reader.path(field), reason: "is \(number): write milliseconds above 0") }
    return .microseconds(Int64(number * 1000))
  }
}
