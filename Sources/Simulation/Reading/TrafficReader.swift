import JSON
import PolicyFormat
import Scheduling

/// `traffic`: who sends how much, in what pattern, or a recording.
enum TrafficReader {
  struct Context {
    var tiers: [String]
    var servers: [ServerModel]
    var traces: [String: TraceFile]
    var seed: UInt64

    func checked(_ tier: String, path: String) throws(PolicyError) -> String {
      guard tiers.contains(tier) else {
        throw PolicyError(path: path, reason: "'\(tier)' is no tier of the policy: write one of \(tiers.joined(separator: ", "))")
      }
      return tier
    }
  }

  static func read(_ reader: inout FieldReader, _ context: Context) throws(PolicyError) -> [Traffic] {
    guard let elements = try reader.array("traffic"), !elements.isEmpty else {
      throw PolicyError(path: "traffic", reason: "is missing: write a list of who sends requests, such as {tier: free, rate: 2x}")
    }
    var traffic: [Traffic] = []
    for element in elements { traffic += try source(element.value, element.path, context) }
    return traffic
  }

  private static func source(_ value: JSONValue, _ path: String, _ context: Context) throws(PolicyError) -> [Traffic] {
    var reader = try FieldReader(value, path: path)
    if let trace = try reader.string("trace") {
      let traffic = try recorded(trace, &reader, context)
      try reader.finish()
      return traffic
    }
    var traffic = Traffic(
      tier: try context.checked(try reader.required("tier"), path: reader.path("tier")), arrivals: .poisson(perSecond: 0))
    let prompt = try tokens(&reader, "promptTokens")
    let output = try tokens(&reader, "outputTokens")
    if let prompt { (traffic.promptDistribution, traffic.promptTokens) = (prompt, Int(prompt.mean.rounded())) }
    if let output { (traffic.outputDistribution, traffic.outputTokens) = (output, max(1, Int(output.mean.rounded()))) }
    try common(&traffic, &reader)
    traffic.arrivals = try arrivals(traffic, &reader, context)
    try reader.finish()
    return [traffic]
  }

  private static func common(_ traffic: inout Traffic, _ reader: inout FieldReader) throws(PolicyError) {
    traffic.tenants = try reader.integer("tenants", in: 1...1_000_000) ?? 1
    traffic.from = try reader.duration("from") ?? .zero
    traffic.until = try reader.duration("until")
    if let until = traffic.until, until <= traffic.from {
      throw PolicyError(path: reader.path("until"), reason: "is not after from: write a later time")
    }
    traffic.clientPatience = try reader.duration("patience", positive: true)
  }

  // MARK: When

  private static func arrivals(_ traffic: Traffic, _ reader: inout FieldReader, _ context: Context) throws(PolicyError) -> Traffic.Arrivals
  {
    let rate = reader.value("rate")
    let bursts = try reader.object("bursts")
    let clients = try reader.integer("clients", in: 1...1_000_000)
    let think = try reader.duration("think")
    let given = [rate != nil, bursts != nil, clients != nil].filter { $0 }.count
    guard given == 1 else {
      let problem = given == 0 ? "says not when requests come" : "says it more than once"
      throw PolicyError(path: reader.path, reason: "\(problem): write one of rate, bursts, clients, trace")
    }
    guard think == nil || clients != nil else {
      throw PolicyError(path: reader.path("think"), reason: "belongs to clients: leave it out, or write clients in place of rate or bursts")
    }
    if let clients { return .closedLoop(clients: clients, think: think ?? .zero) }
    if var bursts {
      guard let size = try bursts.integer("size", in: 1...1_000_000) else {
        throw PolicyError(path: bursts.path("size"), reason: "is missing: write how many requests come at once")
      }
      let every = try bursts.requiredDuration("every", positive: true)
      try bursts.finish()
      return .bursts(size: size, every: every)
    }
    return .poisson(perSecond: try perSecond(rate ?? .null, reader.path("rate"), traffic, context))
  }

  private static func perSecond(_ value: JSONValue, _ path: String, _ traffic: Traffic, _ context: Context) throws(PolicyError) -> Double {
    let multiple = value.string.flatMap(Quantity.multiple).map { $0 * ServerCapacity.requestsPerSecond(of: context.servers, for: traffic) }
    let rate = multiple ?? value.string.flatMap(Quantity.perSecond)
    guard let rate, rate >= 0, rate <= 1e6 else {
      throw PolicyError(
        path: path,
        reason:
          "is \(value.described): write requests with their unit, such as 12/s or 600/min, or a multiple of the capacity, such as 1.4x")
    }
    return rate
  }

  // MARK: How large

  private static func tokens(_ reader: inout FieldReader, _ field: String) throws(PolicyError) -> TokenDistribution? {
    guard let value = reader.value(field) else { return nil }
    let path = reader.path(field)
    let range = 0...TokenDistribution.longest
    if let count = value.int {
      guard range.contains(count) else { throw PolicyError(path: path, reason: "is \(count): write 0 to \(range.upperBound) tokens") }
      return .fixed(count)
    }
    guard value.object != nil else {
      throw PolicyError(path: path, reason: "is \(value.described): write a number, {least: 10, most: 200} or {median: 120, p95: 600}")
    }
    var fields = try FieldReader(value, path: path)
    let (least, most) = (try fields.integer("least", in: range), try fields.integer("most", in: range))
    let (median, p95) = (try fields.integer("median", in: 1...range.upperBound), try fields.integer("p95", in: range))
    try fields.finish()
    if let least, let most, median == nil, p95 == nil, least <= most { return .uniform(least: least, most: most) }
    if let median, let p95, least == nil, most == nil, median <= p95 { return .logNormal(median: Double(median), p95: Double(p95)) }
    throw PolicyError(
      path: path, reason: "is no distribution: write {least: 10, most: 200} or {median: 120, p95: 600}, the smaller number first")
  }

  // MARK: Recorded

  private static func recorded(_ name: String, _ reader: inout FieldReader, _ context: Context) throws(PolicyError) -> [Traffic] {
    guard let trace = context.traces[name] else { throw PolicyError(path: reader.path("trace"), reason: "'\(name)' was not read") }
    let speed = try reader.number("speed") ?? 1
    guard speed > 0, speed <= 1e6 else {
      throw PolicyError(path: reader.path("speed"), reason: "is \(speed): write how many times as fast as recorded, such as 2")
    }
    let tier = try reader.string("tier")
    if let tier { _ = try context.checked(tier, path: reader.path("tier")) }
    let mix = try reader.object("tiers")
    guard tier == nil || mix == nil else {
      throw PolicyError(path: reader.path("tiers"), reason: "is given beside tier: write only one of them")
    }
    var shape = Traffic(tier: "", arrivals: .trace([]))
    try common(&shape, &reader)
    let parts = try mix.map { (mix) throws(PolicyError) in try Self.parts(mix, context) }
    guard tier != nil || parts != nil || trace.namesTiers else {
      throw PolicyError(
        path: reader.path,
        reason: "says not whose requests these are, and neither does \(name): write tier: free, or tiers: {enterprise: 10, free: 90}")
    }
    if let tier { return [try traffic(tier, trace.rows.map(\.row), shape, speed)] }
    return try split(trace, parts, context, path: reader.path("trace")).map { (part) throws(PolicyError) in
      try traffic(part.tier, part.rows, shape, speed)
    }
  }

  private static func parts(_ mix: FieldReader, _ context: Context) throws(PolicyError) -> [(tier: String, part: Double)] {
    var parts: [(tier: String, part: Double)] = []
    for (name, value) in mix.members {
      guard let part = value.double, part >= 0 else {
        throw PolicyError(path: mix.path(name), reason: "is \(value.described): write the tier's part, such as 70")
      }
      parts.append((try context.checked(name, path: mix.path(name)), part))
    }
    guard parts.reduce(0, { $0 + $1.part }) > 0 else { throw PolicyError(path: mix.path, reason: "is empty: write tiers with their parts") }
    return parts
  }

  /// Rows by tier: as recorded, or dealt by chance in the given parts.
  private static func split(
    _ trace: TraceFile, _ parts: [(tier: String, part: Double)]?, _ context: Context, path: String
  ) throws(PolicyError) -> [(tier: String, rows: [TraceRow])] {
    var rows: [String: [TraceRow]] = [:]
    var random = SplitMix64(seed: context.seed ^ 0x7472_6163_6500)
    let whole = parts?.reduce(0) { $0 + $1.part } ?? 0
    for (index, recorded) in trace.rows.enumerated() {
      var tier = recorded.tier
      if let parts {
        var rest = random.unit() * whole
        tier =
          parts.first { part in
            rest -= part.part
            return rest < 0
          }?.tier ?? parts[parts.count - 1].tier
      }
      guard context.tiers.contains(tier) else {
        throw PolicyError(
          path: path,
          reason:
            "row \(index + 1) has the tier '\(tier)', which the policy has not: its tiers are \(context.tiers.joined(separator: ", "))")
      }
      rows[tier, default: []].append(recorded.row)
    }
    return context.tiers.compactMap { tier in rows[tier].map { (tier, $0) } }
  }

  private static func traffic(_ tier: String, _ rows: [TraceRow], _ shape: Traffic, _ speed: Double) throws(PolicyError) -> Traffic {
    var traffic = shape
    traffic.tier = tier
    let count = max(1, rows.count)
    traffic.promptTokens = rows.reduce(0) { $0 + $1.promptTokens } / count
    traffic.outputTokens = max(1, rows.reduce(0) { $0 + $1.outputTokens } / count)
    traffic.arrivals = .trace(
      rows.map { row in
        var row = row
        if speed != 1 { row.at = Duration(inSeconds: row.at.inSeconds / speed) }
        return row
      })
    return traffic
  }
}
