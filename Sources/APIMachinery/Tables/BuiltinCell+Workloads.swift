import CEL
import JSON

extension BuiltinCell {
  func pod(_ object: JSONValue, now: Int64) -> JSONValue {
    let containers = object[["spec", "containers"]]?.array ?? []
    let statuses = object[["status", "containerStatuses"]]?.array ?? []
    switch self {
    case .podReady: return .string("\(statuses.count { $0["ready"]?.bool ?? false })/\(containers.count)")
    case .podRestarts: return .string(Self.restarts(statuses, now: now))
    default: return .string(Self.podStatus(object, statuses))
    }
  }

  private static func restarts(_ statuses: [JSONValue], now: Int64) -> String {
    let count = statuses.reduce(0) { $0 + ($1["restartCount"]?.int ?? 0) }
    let last = statuses.compactMap { $0[["lastState", "terminated", "finishedAt"]]?.string }.max()
    guard count > 0, let last else { return String(count) }
    return "\(count) (\(HumanDuration.since(last, now: now)) ago)"
  }

  private static func podStatus(_ object: JSONValue, _ statuses: [JSONValue]) -> String {
    if object[["metadata", "deletionTimestamp"]] != nil { return "Terminating" }
    for status in object[["status", "initContainerStatuses"]]?.array ?? [] {
      if let reason = status[["state", "waiting", "reason"]]?.string, reason != "PodInitializing" { return "Init:\(reason)" }
    }
    var reason = object[["status", "reason"]]?.string ?? object[["status", "phase"]]?.string ?? "Unknown"
    for status in statuses.reversed() {
      if let waiting = status[["state", "waiting", "reason"]]?.string { reason = waiting }
      if let terminated = status[["state", "terminated"]] {
        reason = terminated["reason"]?.string ?? "ExitCode:\(terminated["exitCode"]?.int ?? 0)"
      }
    }
    return reason
  }

  func workload(_ object: JSONValue) -> JSONValue {
    let containers = object[["spec", "template", "spec", "containers"]]?.array ?? []
    switch self {
    case .workloadReady:
      return .string("\(object[["status", "readyReplicas"]]?.int ?? 0)/\(object[["spec", "replicas"]]?.int ?? 1)")
    case .containers: return .string(containers.compactMap { $0["name"]?.string }.joined(separator: ","))
    case .images: return .string(containers.compactMap { $0["image"]?.string }.joined(separator: ","))
    case .nodeSelector: return Self.labels(object[["spec", "template", "spec", "nodeSelector"]])
    default: return .string(Self.selector(object[["spec", "selector"]]))
    }
  }

  /// A LabelSelector as `kubectl` writes it.
  static func selector(_ selector: JSONValue?) -> String {
    var parts = (selector?["matchLabels"]?.stringMap ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    for expression in selector?["matchExpressions"]?.array ?? [] {
      let key = expression["key"]?.string ?? ""
      let values = (expression["values"]?.strings ?? []).joined(separator: ",")
      switch expression["operator"]?.string {
      case "In": parts.append("\(key) in (\(values))")
      case "NotIn": parts.append("\(key) notin (\(values))")
      case "DoesNotExist": parts.append("!\(key)")
      default: parts.append(key)
      }
    }
    return parts.isEmpty ? "<none>" : parts.joined(separator: ",")
  }

  func job(_ object: JSONValue, now: Int64) -> JSONValue {
    switch self {
    case .activeCount: return JSONValue(object[["status", "active"]]?.array?.count ?? 0)
    case .jobCompletions:
      return .string("\(object[["status", "succeeded"]]?.int ?? 0)/\(object[["spec", "completions"]]?.int ?? 1)")
    case .jobDuration:
      guard let start = object[["status", "startTime"]]?.string else { return "" }
      let end = object[["status", "completionTime"]]?.string.flatMap { CELTimestamp(rfc3339: $0)?.seconds } ?? now
      return .string(HumanDuration.since(start, now: end))
    default:
      for type in ["Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet"] {
        let conditions = object[["status", "conditions"]]?.array ?? []
        if conditions.contains(where: { $0["type"]?.string == type && $0["status"]?.string == "True" }) { return .string(type) }
      }
      return object[["metadata", "deletionTimestamp"]] == nil ? "Running" : "Terminating"
    }
  }

  func node(_ object: JSONValue) -> JSONValue {
    func address(_ type: String) -> JSONValue {
      let addresses = object[["status", "addresses"]]?.array ?? []
      return addresses.first { $0["type"]?.string == type }?["address"] ?? "<none>"
    }
    switch self {
    case .nodeInternalIP: return address("InternalIP")
    case .nodeExternalIP: return address("ExternalIP")
    case .nodeRoles:
      let prefix = "node-role.kubernetes.io/"
      let labels = object[["metadata", "labels"]]?.stringMap ?? [:]
      return Self.joined(labels.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted())
    default:
      let ready = (object[["status", "conditions"]]?.array ?? []).first { $0["type"]?.string == "Ready" }?["status"]?.string
      let status = ready == nil ? "Unknown" : ready == "True" ? "Ready" : "NotReady"
      return .string(object[["spec", "unschedulable"]]?.bool ?? false ? "\(status),SchedulingDisabled" : status)
    }
  }
}
