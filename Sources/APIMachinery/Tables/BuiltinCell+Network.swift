import JSON

extension BuiltinCell {
  func service(_ object: JSONValue) -> JSONValue {
    switch self {
    case .servicePorts: return Self.joined((object[["spec", "ports"]]?.array ?? []).map(Self.port))
    case .serviceSelector: return Self.labels(object[["spec", "selector"]])
    case .serviceExternalIP: return .string(Self.externalIP(object))
    case .endpoints:
      let subsets = object["subsets"]?.array ?? []
      let places = subsets.flatMap { subset in
        (subset["addresses"]?.array ?? []).flatMap { address in
          (subset["ports"]?.array ?? []).map { "\(address["ip"]?.string ?? ""):\($0["port"]?.int ?? 0)" }
        }
      }
      return Self.few(places)
    case .slicePorts:
      let ports = (object["ports"]?.array ?? []).map { $0["port"]?.int.map(String.init) ?? "*" }
      return ports.isEmpty ? "<unset>" : Self.few(ports)
    default:
      let addresses = (object["endpoints"]?.array ?? []).flatMap { $0["addresses"]?.strings ?? [] }
      return addresses.isEmpty ? "<unset>" : Self.few(addresses)
    }
  }

  /// The first three, and how many more there are.
  private static func few(_ texts: [String]) -> JSONValue {
    guard texts.count > 3 else { return joined(texts) }
    return .string(texts.prefix(3).joined(separator: ",") + " + \(texts.count - 3) more...")
  }

  private static func port(_ port: JSONValue) -> String {
    let number = port["port"]?.int ?? 0
    let node = port["nodePort"]?.int ?? 0
    return "\(number)\(node > 0 ? ":\(node)" : "")/\(port["protocol"]?.string ?? "TCP")"
  }

  private static func externalIP(_ object: JSONValue) -> String {
    let external = object[["spec", "externalIPs"]]?.strings ?? []
    let balancers = (object[["status", "loadBalancer", "ingress"]]?.array ?? []).compactMap { $0["ip"]?.string ?? $0["hostname"]?.string }
    switch object[["spec", "type"]]?.string {
    case "ExternalName": return object[["spec", "externalName"]]?.string ?? "<none>"
    case "LoadBalancer" where (balancers + external).isEmpty: return "<pending>"
    case "LoadBalancer": return (balancers + external).joined(separator: ",")
    default: return external.isEmpty ? "<none>" : external.joined(separator: ",")
    }
  }

  func network(_ object: JSONValue) -> JSONValue {
    switch self {
    case .ingressHosts:
      let hosts = (object[["spec", "rules"]]?.array ?? []).map { $0["host"]?.string ?? "*" }
      return .string(hosts.isEmpty ? "*" : hosts.joined(separator: ","))
    case .ingressAddress:
      let places = object[["status", "loadBalancer", "ingress"]]?.array ?? []
      return .string(places.compactMap { $0["ip"]?.string ?? $0["hostname"]?.string }.joined(separator: ","))
    case .ingressPorts: return object[["spec", "tls"]] == nil ? "80" : "80, 443"
    default: return .string(Self.selector(object[["spec", "podSelector"]]))
    }
  }

  func binding(_ object: JSONValue) -> JSONValue {
    let subjects = object["subjects"]?.array ?? []
    func names(_ kind: String) -> JSONValue {
      .string(
        subjects.filter { $0["kind"]?.string == kind }.map { subject in
          (subject["namespace"]?.string.map { "\($0)/" } ?? "") + (subject["name"]?.string ?? "")
        }.joined(separator: ", "))
    }
    switch self {
    case .subjectUsers: return names("User")
    case .subjectGroups: return names("Group")
    case .subjectServiceAccounts: return names("ServiceAccount")
    default: return .string("\(object[["roleRef", "kind"]]?.string ?? "")/\(object[["roleRef", "name"]]?.string ?? "")")
    }
  }

  func event(_ object: JSONValue, now: Int64) -> JSONValue {
    let series = object["series"]
    let first = object["firstTimestamp"]?.string ?? object["deprecatedFirstTimestamp"]?.string ?? object["eventTime"]?.string
    let last = object["lastTimestamp"]?.string ?? object["deprecatedLastTimestamp"]?.string
    let regarding = object["involvedObject"] ?? object["regarding"]
    switch self {
    case .eventFirstSeen: return .string(HumanDuration.since(first, now: now))
    case .eventLastSeen:
      return .string(HumanDuration.since(series?["lastObservedTime"]?.string ?? last ?? first, now: now))
    case .eventObject: return .string("\((regarding?["kind"]?.string ?? "").lowercased())/\(regarding?["name"]?.string ?? "")")
    case .eventMessage: return .string((object["message"] ?? object["note"])?.string ?? "")
    case .eventCount: return JSONValue(series?["count"]?.int ?? object["count"]?.int ?? object["deprecatedCount"]?.int ?? 1)
    case .eventSubobject: return regarding?["fieldPath"] ?? ""
    default:
      let component =
        object[["source", "component"]]?.string ?? object["reportingComponent"]?.string ?? object["reportingController"]?.string
      let place = object[["source", "host"]]?.string ?? object["reportingInstance"]?.string
      return .string([component, place].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", "))
    }
  }

  func budget(_ object: JSONValue) -> JSONValue {
    switch self {
    case .autoscalerReference:
      let target = object[["spec", "scaleTargetRef"]]
      return .string("\(target?["kind"]?.string ?? "")/\(target?["name"]?.string ?? "")")
    case .autoscalerTargets: return .string(Self.targets(object))
    default:
      let hard = object[["status", "hard"]]?.object ?? object[["spec", "hard"]]?.object ?? [:]
      let limits = self == .quotaLimit
      let parts = hard.sorted().filter { $0.key.hasPrefix("limits.") == limits }.map { member in
        "\(member.key): \(object[["status", "used", member.key]]?.string ?? "0")/\(member.value.string ?? "")"
      }
      return .string(parts.joined(separator: ", "))
    }
  }

  private static func targets(_ object: JSONValue) -> String {
    let current = object[["status", "currentMetrics"]]?.array ?? []
    let texts = (object[["spec", "metrics"]]?.array ?? []).enumerated().map { index, metric -> String in
      let type = metric["type"]?.string ?? ""
      let member = type.prefix(1).lowercased() + type.dropFirst()
      let name = metric[[member, "name"]]?.string.map { "\($0): " } ?? ""
      let now = index < current.count ? current[index][member]?["current"] : nil
      return name + "\(amount(now) ?? "<unknown>")/\(amount(metric[[member, "target"]]) ?? "<auto>")"
    }
    return texts.isEmpty ? "<none>" : texts.joined(separator: ", ")
  }

  private static func amount(_ target: JSONValue?) -> String? {
    if let percent = target?["averageUtilization"]?.int { return "\(percent)%" }
    if let average = target?["averageValue"]?.string { return "\(average) (avg)" }
    return target?["value"]?.string
  }
}
