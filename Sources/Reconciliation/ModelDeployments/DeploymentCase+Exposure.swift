import Kubernetes
import QoSAPI

extension DeploymentCase {
  /// Only where a way in is asked for.
  var exposed: Condition? {
    guard let kind = deployment?.exposure.kind, kind != .none else { return nil }
    guard let exposing = applying?.exposing else {
      return Condition(
        "Exposed", .unknown, reason: "NotApplied", message: "Nothing is exposed before the plan is applied.",
        observedGeneration: object.generation)
    }
    let hint = secureHint(kind)
    let finding = exposing.finding.map { Finding($0.reason, $0.message + hint, status: $0.status) }
    return Condition(
      "Exposed", finding: finding, else: "Exposed",
      "Callers reach the data plane at \(exposing.address ?? "") (\(kind.rawValue)).\(hint)",
      generation: object.generation)
  }

  /// Gateways and ingress controllers speak plain HTTP to what is behind them, unless they are told; empty where they need not be.
  private func secureHint(_ kind: ModelDeployment.Exposure.Kind) -> String {
    guard observed.settings.endpoint(in: object.namespace ?? "default")?.hasPrefix("https://") == true else { return "" }
    switch kind {
    case .httpRoute: return " The data plane speaks TLS: tell the Gateway with a BackendTLSPolicy for the data plane's Service."
    case .ingress:
      return " The data plane speaks TLS: tell the ingress controller in spec.exposure.annotations, such as "
        + "nginx.ingress.kubernetes.io/backend-protocol: HTTPS."
    case .none, .loadBalancer, .nodePort: return ""
    }
  }
}
