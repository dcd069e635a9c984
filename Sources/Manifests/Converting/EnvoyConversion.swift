import JSON

/// A configuration of Envoy with the published filter `envoy.filters.http.qos_prioritizer`, which no Envoy has: its type exists in no
/// release, and Envoy refuses to start. The external processor does what it was for.
enum EnvoyConversion {
  static let typeSuffix = "envoy.extensions.filters.http.qos.v3.QoSConfig"

  /// Whether a document without a kind is a configuration of Envoy with that filter in it.
  static func applies(to document: JSONValue) -> Bool {
    document["kind"] == nil && document["apiVersion"] == nil && contains(document)
  }

  private static func isFilter(_ json: JSONValue) -> Bool {
    json[["typed_config", "@type"]]?.string?.hasSuffix(typeSuffix) == true || json["name"]?.string == "envoy.filters.http.qos_prioritizer"
  }

  private static func contains(_ json: JSONValue) -> Bool {
    switch json {
    case .object(let members): isFilter(json) || members.contains { contains($0.value) }
    case .array(let elements): elements.contains(where: contains)
    default: false
    }
  }

  /// The configuration with the external processor instead of the filter, and what the filter said about tiers.
  static func convert(
    _ json: JSONValue, document: Int, processor: HostPort, _ log: inout ConversionLog
  ) -> (draft: PolicyDraft, envoy: JSONValue) {
    var draft = PolicyDraft(document: document)
    var envoy = rewritten(json, path: "", &draft, &log)
    let cluster = ExternalProcessorFilter.cluster(name: EnvoyBootstrap.processorCluster, address: processor)
    let place = envoy["static_resources"] == nil ? ["clusters"] : ["static_resources", "clusters"]
    envoy[place] = .array((envoy[place]?.array ?? []) + [cluster])
    log.change(
      document, place.joined(separator: "."),
      "the cluster \(EnvoyBootstrap.processorCluster) added at \(processor): gRPC, with room for 40000 waiting requests instead of 1024")
    return (draft, envoy)
  }

  private static func rewritten(_ json: JSONValue, path: String, _ draft: inout PolicyDraft, _ log: inout ConversionLog) -> JSONValue {
    switch json {
    case .object(let members):
      return .object(
        JSONObject(
          members.map { member -> (String, JSONValue) in
            let child = path.isEmpty ? member.key : "\(path).\(member.key)"
            if member.key == "http_filters", let filters = member.value.array {
              return (member.key, chain(filters, path: child, &draft, &log))
            }
            return (member.key, rewritten(member.value, path: child, &draft, &log))
          }))
    case .array(let elements):
      return .array(elements.enumerated().map { rewritten($0.element, path: "\(path)[\($0.offset)]", &draft, &log) })
    default: return json
    }
  }

  /// The filters of one chain.
  private static func chain(
    _ filters: [JSONValue], path: String, _ draft: inout PolicyDraft, _ log: inout ConversionLog
  ) -> JSONValue {
    var chain: [JSONValue] = []
    for (index, filter) in filters.enumerated() {
      guard isFilter(filter) else {
        chain.append(filter)
        continue
      }
      let place = "\(path)[\(index)]"
      read(filter["typed_config"] ?? [:], at: "\(place).typed_config", &draft, &log)
      log.change(
        draft.document, place,
        "Podium's external processor (ext_proc) instead of \(filter["name"]?.string ?? "the filter"): Envoy has no type QoSConfig; the tiers "
          + "are in a QoSPolicy now")
      chain.append(ExternalProcessorFilter.json(cluster: EnvoyBootstrap.processorCluster))
    }
    guard !chain.contains(where: { $0["name"]?.string == "envoy.filters.http.router" }) else { return .array(chain) }
    log.change(draft.document, path, "envoy.filters.http.router added as the last filter: without it nothing is forwarded")
    return .array(chain + [EnvoyBootstrap.router])
  }

  private static func read(_ config: JSONValue, at path: String, _ draft: inout PolicyDraft, _ log: inout ConversionLog) {
    // A second listener may repeat the configuration; what differs is told.
    guard draft.tiers.isEmpty else {
      var again = PolicyDraft(document: draft.document)
      read(config, at: path, &again, &log)
      if again.tiers.map(\.json) != draft.tiers.map(\.json) {
        log.problem(draft.document, path, "says other tiers than the first filter of the document; write one document for each")
      }
      return
    }
    draft.readTiers(config["business_tiers"], at: "\(path).business_tiers", &log)
    for member in config.object ?? [:] {
      switch member.key {
      case "@type", "business_tiers": continue
      case "circuit_breaker": draft.readBreaker(member.value, at: "\(path).circuit_breaker", &log)
      case "algorithm": draft.spec["algorithm"] = member.value
      default: log.problem(draft.document, "\(path).\(member.key)", "a QoSPolicy has no equivalent; remove it")
      }
    }
  }
}
