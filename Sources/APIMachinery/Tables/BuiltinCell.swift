import CEL
import JSON

/// What kubectl's familiar columns of built-in kinds show, where a path is not enough (`pkg/printers/internalversion`).
enum BuiltinCell: String, Sendable, Equatable {
  case podReady, podStatus, podRestarts
  case workloadReady, containers, images, selector
  case serviceExternalIP, servicePorts, serviceSelector
  case endpoints, slicePorts, sliceEndpoints
  case dataCount, secretsCount
  case nodeStatus, nodeRoles, nodeInternalIP, nodeExternalIP
  case eventLastSeen, eventFirstSeen, eventObject, eventMessage, eventSource, eventCount, eventSubobject
  case accessModes, ingressHosts, ingressAddress, ingressPorts, podSelector
  case roleRef, subjectUsers, subjectGroups, subjectServiceAccounts
  case jobStatus, jobCompletions, jobDuration, activeCount
  case autoscalerReference, autoscalerTargets
  case quotaRequest, quotaLimit, nodeSelector

  func value(of object: JSONValue, now: Int64) -> JSONValue {
    switch self {
    case .podReady, .podStatus, .podRestarts: pod(object, now: now)
    case .workloadReady, .containers, .images, .selector, .nodeSelector: workload(object)
    case .serviceExternalIP, .servicePorts, .serviceSelector, .endpoints, .slicePorts, .sliceEndpoints: service(object)
    case .nodeStatus, .nodeRoles, .nodeInternalIP, .nodeExternalIP: node(object)
    case .eventLastSeen, .eventFirstSeen, .eventObject, .eventMessage, .eventSource, .eventCount, .eventSubobject:
      event(object, now: now)
    case .ingressHosts, .ingressAddress, .ingressPorts, .podSelector: network(object)
    case .roleRef, .subjectUsers, .subjectGroups, .subjectServiceAccounts: binding(object)
    case .jobStatus, .jobCompletions, .jobDuration, .activeCount: job(object, now: now)
    case .autoscalerReference, .autoscalerTargets, .quotaRequest, .quotaLimit: budget(object)
    case .dataCount: JSONValue((object["data"]?.object?.count ?? 0) + (object["binaryData"]?.object?.count ?? 0))
    case .secretsCount: JSONValue(object["secrets"]?.array?.count ?? 0)
    case .accessModes: .string(Self.accessModes(object))
    }
  }

  static func joined(_ texts: [String]) -> JSONValue { .string(texts.isEmpty ? "<none>" : texts.joined(separator: ",")) }

  /// A label selector as text: `app=web,tier in (a,b)`.
  static func labels(_ map: JSONValue?) -> JSONValue {
    joined((map?.stringMap ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
  }

  private static func accessModes(_ object: JSONValue) -> String {
    let short = ["ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"]
    let modes = object[["status", "accessModes"]]?.strings ?? object[["spec", "accessModes"]]?.strings ?? []
    return modes.map { short[$0] ?? $0 }.joined(separator: ",")
  }
}
