import JSON
import Kubernetes
import QoSAPI

/// Istio's routes of a model: one for each tier, so that each has figures and time-outs of its own, and one for everybody else.
///
/// No CORS and no faults on them: Istio 1.30 then drops the filters' settings of a route, and traffic would pass the scheduler unseen.
package enum VirtualServiceManifest {
  package static func object(for intent: GatewayIntent) -> KubeObject {
    var object = intent.serving.object(.virtualService)
    var spec: JSONValue = ["hosts": [.string(intent.exposure.host ?? intent.servers.host)]]
    if let gateway = intent.exposure.gateway { spec["gateways"] = [.string("\(intent.gatewayNamespace)/\(gateway.name)")] }
    spec["http"] = .array(intent.tiers.map { route(intent, tier: $0) } + [route(intent, tier: nil)])
    object["spec"] = spec
    return object
  }

  private static func route(_ intent: GatewayIntent, tier: String?) -> JSONValue {
    var destination: JSONValue = ["host": .string(intent.servers.host), "port": ["number": JSONValue(intent.servers.port)]]
    var route: JSONValue = ["name": .string(tier ?? "default")]
    var match: JSONValue = [:]
    if let path = intent.exposure.path { match["uri"] = ["prefix": .string(path)] }
    if let tier {
      destination["subset"] = .string(subset(tier))
      match["headers"] = [Names.tierHeader: ["exact": .string(tier)]]
    }
    if match != [:] { route["match"] = [match] }
    route["route"] = [["destination": destination, "weight": 100]]
    route["timeout"] = .string("\(intent.requestTimeoutSeconds)s")
    // A retry of a generation costs as much as the generation: only what never reached a server is tried again.
    route["retries"] = ["attempts": 2, "retryOn": "connect-failure,refused-stream,reset-before-request"]
    return route
  }

  /// A DNS label of the tier's name.
  static func subset(_ tier: String) -> String {
    String(tier.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
  }

  package static func destinationRule(for intent: GatewayIntent) -> KubeObject {
    var object = intent.serving.object(.destinationRule)
    object["spec"] = DestinationRuleManifest.spec(
      host: intent.servers.host, subsets: intent.tiers.map { DestinationRuleManifest.Subset(name: subset($0)) }, limits: intent.limits)
    return object
  }
}
