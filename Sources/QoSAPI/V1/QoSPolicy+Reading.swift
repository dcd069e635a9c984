import JSON
import Kubernetes

extension QoSPolicy {
  /// Reads `object`; throws everything that is wrong with it.
  package init(_ object: KubeObject) throws(FieldProblems) {
    var spec = FieldReader(object["spec"] ?? [:], path: "spec")
    self.object = object
    targetRefs = spec.objects("targetRefs", Self.targetRef)
    tiers = spec.objects("tiers", Tier.init)
    let classification = spec.object("classification") { reader in
      (defaultTier: reader.string("defaultTier"), sources: reader.objects("sources", ClassificationSource.init))
    }
    defaultTier = classification?.defaultTier
    sources = classification?.sources ?? []
    algorithm = spec.choice("algorithm", Algorithm.self) ?? .workConservingPriority
    capacity = spec.object("capacity") { $0.choice("source", CapacitySource.self) } ?? .auto
    placement = spec.choice("placement", Placement.self) ?? .leastWork
    let breaker = Self.breaker(&spec)
    circuitBreakers = breaker.enabled
    adaptiveThresholds = breaker.adaptive
    Self.checkTiers(tiers, defaultTier: defaultTier, &spec)
    Self.checkClaims(sources, tiers: tiers, &spec)
    guard spec.problems.isEmpty else { throw FieldProblems(spec.problems) }
  }

  /// Fields that the schema accepts and that this version does not act on.
  package var ineffectiveFields: [String] {
    var fields = Set(tiers.flatMap(\.ineffectiveFields).map { "tiers[].\($0)" })
    if targetRefs.contains(where: { $0.kind != "ModelDeployment" }) { fields.insert("targetRefs[] of other kinds than ModelDeployment") }
    return fields.sorted()
  }

  private static func targetRef(_ reader: inout FieldReader) -> TargetRef? {
    let group = reader.string("group") ?? "qos.maas.io"
    guard let kind = reader.requiredString("kind"), let name = reader.requiredString("name") else { return nil }
    guard ["ModelDeployment", "InferencePool", "HTTPRoute"].contains(kind) else {
      reader.report("kind", "\"\(kind)\" is not known; write one of ModelDeployment, InferencePool, HTTPRoute")
      return nil
    }
    return TargetRef(group: group, kind: kind, name: name)
  }

  /// Published examples spell it circuit_breaker.adaptive_thresholds.
  private static func breaker(_ spec: inout FieldReader) -> (enabled: Bool, adaptive: Bool) {
    if spec.has("circuitBreaker"), spec.has("circuit_breaker") {
      spec.report("circuit_breaker", "is another spelling of circuitBreaker; write only one of them")
    }
    let key = spec.has("circuitBreaker") ? "circuitBreaker" : "circuit_breaker"
    return spec.object(key) { reader in
      if reader.has("adaptiveThresholds"), reader.has("adaptive_thresholds") {
        reader.report("adaptive_thresholds", "is another spelling of adaptiveThresholds; write only one of them")
      }
      let adaptive = reader.bool("adaptiveThresholds") ?? reader.bool("adaptive_thresholds")
      return (reader.bool("enabled") ?? true, adaptive ?? true)
    } ?? (true, true)
  }

  private static func checkTiers(_ tiers: [Tier], defaultTier: String?, _ spec: inout FieldReader) {
    if tiers.isEmpty, spec.problems.isEmpty { spec.report("tiers", "is empty; write at least one tier with name, weight and priority") }
    var seen: Set<String> = []
    for tier in tiers where !seen.insert(tier.name).inserted {
      spec.report("tiers", "\"\(tier.name)\" comes twice; rename or remove one of the two tiers")
    }
    if let defaultTier, !seen.isEmpty, !seen.contains(defaultTier) {
      let names = tiers.map(\.name).joined(separator: ", ")
      spec.report("classification.defaultTier", "\"\(defaultTier)\" is not a tier; write one of \(names)")
    }
  }
}

extension QoSPolicy {
  /// A value of a claim can only mean a tier that exists.
  private static func checkClaims(_ sources: [ClassificationSource], tiers: [Tier], _ spec: inout FieldReader) {
    let names = tiers.map(\.name)
    for (index, source) in sources.enumerated() {
      guard case .jwt(let token) = source else { continue }
      for (value, tier) in (token.tiers ?? [:]).sorted(by: { $0.key < $1.key }) where !names.isEmpty && !names.contains(tier) {
        let path = "classification.sources[\(index)].jwt.tiers.\(value)"
        spec.report(path, "\"\(tier)\" is not a tier; write one of \(names.joined(separator: ", "))")
      }
    }
  }
}

extension QoSPolicy.Tier {
  init?(_ reader: inout FieldReader) {
    let name = reader.requiredString("name")
    for key in ["weight", "priority"] where !reader.has(key) { reader.report(key, "is missing; write a whole number") }
    let weight = reader.int("weight", 1...100)
    let priority = reader.int("priority", 0...1_000_000)
    let sla = reader.choice("sla", SLA.self) ?? .standard
    let slo = reader.object("slo", LatencyTargets.init) ?? LatencyTargets()
    let breaker = reader.object("circuitBreaker") {
      (errorRate: $0.number("errorRate", 0.0001...1), tolerance: $0.number("latencyTolerance", 1...1000))
    }
    let perRequest = reader.number("revenuePerRequest", 0...1e12)
    let perMillionTokens = reader.number("revenuePerMillionTokens", 0...1e12)
    if perRequest != nil, perMillionTokens != nil {
      reader.report("revenuePerRequest", "is given beside revenuePerMillionTokens; write only one of them")
    }
    let ineffective = ["limits", "match"].filter(reader.has)
    guard let name, let weight, let priority else { return nil }
    self.init(
      name: name, weight: weight, priority: priority, sla: sla, slo: slo, breakerErrorRate: breaker?.errorRate,
      breakerLatencyTolerance: breaker?.tolerance, revenuePerRequest: perRequest, revenuePerMillionTokens: perMillionTokens,
      ineffectiveFields: ineffective)
  }
}

extension QoSPolicy.ClassificationSource {
  init?(_ reader: inout FieldReader) {
    let kinds = ["jwt", "apiKeys", "trustedHeader"].filter(reader.has)
    guard kinds.count == 1 else {
      reader.report(kinds.first ?? "jwt", "a source is exactly one of jwt, apiKeys, trustedHeader; make a list item for each")
      return nil
    }
    let source: QoSPolicy.ClassificationSource?
    switch kinds[0] {
    case "jwt": source = reader.object("jwt") { QoSPolicy.TokenSource(&$0).map { .jwt($0) } }
    case "apiKeys": source = reader.object("apiKeys", Self.apiKeys)
    default:
      source = reader.object("trustedHeader") { reader in
        let upstream = reader.requiredString("upstream")
        let name = reader.string("name") ?? Names.tierHeader
        let from = reader.json["from"]?.strings
        return upstream.map { .trustedHeader(name: name.lowercased(), upstream: $0, from: from) }
      }
    }
    guard let source else { return nil }
    self = source
  }

  private static func apiKeys(_ reader: inout FieldReader) -> QoSPolicy.ClassificationSource? {
    guard let labels = reader.json[["selector", "matchLabels"]]?.stringMap, !labels.isEmpty else {
      reader.report(
        "selector.matchLabels", "is empty; write the labels of the Secrets that hold keys, for example \(Names.apiKeyLabel): \"true\"")
      return nil
    }
    return .apiKeys(labels: labels)
  }
}
