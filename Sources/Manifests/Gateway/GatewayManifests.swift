import JSON
import Kubernetes
import QoSAPI

/// What `podium plan -o manifests --with …` adds for a gateway or an authority.
package enum GatewayManifests: String, CaseIterable, Sendable {
  case istio
  case envoy
  case envoyGateway = "envoy-gateway"
  case inferencePool = "inference-pool"
  case kuadrant
  case quota

  /// Why there is nothing to write; `nil` when there is.
  package func problem(_ intent: GatewayIntent) -> String? {
    switch self {
    case .kuadrant: KuadrantManifests.problem(intent)
    case .inferencePool: InferencePoolManifest.problem(intent)
    case .istio, .envoy, .quota: nil
    case .envoyGateway:
      intent.exposure.gateway == nil
        ? "Envoy Gateway's objects are for a Gateway and its HTTPRoute: write exposure.type HTTPRoute, exposure.gateway and exposure.host"
        : nil
    }
  }

  /// - Parameter yaml: Writes a value as YAML: Envoy's configuration is a text inside of a ConfigMap.
  package func objects(for intent: GatewayIntent, yaml: (JSONValue) -> String) -> [KubeObject] {
    switch self {
    case .istio:
      return [
        VirtualServiceManifest.object(for: intent), VirtualServiceManifest.destinationRule(for: intent),
        EnvoyFilterManifest.object(for: intent),
      ]
    case .envoy: return [Self.envoy(intent, yaml)]
    case .envoyGateway: return EnvoyGatewayManifests.objects(for: intent)
    case .inferencePool:
      let pool = InferencePoolManifest.object(for: intent)
      return intent.exposure.gateway == nil ? [pool] : [pool, HTTPRouteManifest.toPool(intent)]
    case .kuadrant: return KuadrantManifests.objects(for: intent)
    case .quota: return [QuotaManifest.object(for: [intent.serving], namespace: intent.namespace)]
    }
  }

  /// An Envoy of one's own in front of the model servers.
  private static func envoy(_ intent: GatewayIntent, _ yaml: (JSONValue) -> String) -> KubeObject {
    let bootstrap = EnvoyBootstrap(
      servers: [HostPort(host: intent.servers.host, port: intent.servers.port)],
      externalProcessor: HostPort(host: intent.processor.host, port: intent.processor.port), limits: intent.limits,
      requestTimeoutSeconds: intent.requestTimeoutSeconds)
    var object = intent.serving.object(.configMap)
    object[["metadata", "name"]] = .string("\(intent.name)-envoy")
    object["data"] = ["envoy.yaml": .string(yaml(bootstrap.json))]
    return object
  }
}
