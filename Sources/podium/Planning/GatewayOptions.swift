import ArgumentParser
import Foundation
import JSON
import Kubernetes
import Manifests
import QoSAPI
import YAML

/// What is rendered for gateways and authorities, beside the model servers.
struct GatewayOptions: ParsableArguments {
  @Option(
    name: .customLong("with"),
    help: ArgumentHelp(
      "Objects for a gateway or an authority too: \(GatewayManifests.allCases.map(\.rawValue).joined(separator: ", ")); repeat for several.",
      valueName: "what"))
  var wanted: [GatewayManifests] = []
  @Option(help: ArgumentHelp("The Service of podium-proxy ext-proc: NAME[.NAMESPACE.svc][:PORT].", valueName: "service"))
  var extProc = "podium-ext-proc"
  @Option(
    help: ArgumentHelp("The Service in front of the data plane, for exposure: NAME[.NAMESPACE.svc][:PORT].", valueName: "service"))
  var dataPlane = "podium:8080"
  @OptionGroup var selector: GatewaySelectorOptions

  func validate() throws {
    for (option, text) in [("--ext-proc", extProc), ("--data-plane", dataPlane)]
    where ServiceReference(text, defaultPort: 1, namespace: "x") == nil {
      throw ValidationError("\(option) \(text) is no Service; write NAME, NAME:PORT or NAME.NAMESPACE.svc:PORT")
    }
  }

  func objects(_ intent: ServingIntent, policy: QoSPolicy?) throws -> [KubeObject] {
    let namespace = intent.deployment.object.namespace ?? "default"
    guard let processor = ServiceReference(extProc, defaultPort: ExternalProcessorFilter.port, namespace: namespace),
      let service = ServiceReference(dataPlane, defaultPort: 8080, namespace: namespace)
    else { return [] }
    let gateway = GatewayIntent(serving: intent, policy: policy, processor: processor)
    for wish in wanted {
      if let problem = wish.problem(gateway) { throw ValidationError("--with \(wish.rawValue): \(problem)") }
    }
    let callers = [service.namespace] + (wanted.isEmpty ? [] : [gateway.processor.namespace])
    var objects = [
      NetworkPolicyManifest.object(for: intent, namespaces: callers), DisruptionBudgetManifest.object(for: intent),
    ].compactMap { $0 }
    // The pool brings a route of its own.
    if !wanted.contains(.inferencePool) { objects += try exposed(intent, service, namespace) }
    objects += wanted.flatMap { $0.objects(for: gateway) { YAMLWriter.text($0) } }
    return objects
  }

  private func exposed(_ intent: ServingIntent, _ service: ServiceReference, _ namespace: String) throws -> [KubeObject] {
    let kind = intent.deployment.exposure.kind
    if kind != .none, kind != .httpRoute, service.namespace != namespace {
      throw ValidationError(
        "--data-plane \(dataPlane): exposure.type \(kind.rawValue) reaches a Service of \(namespace) only; use HTTPRoute")
    }
    switch kind {
    case .none: return []
    case .httpRoute:
      return [HTTPRouteManifest.toDataPlane(intent, service), HTTPRouteManifest.grant(namespace: namespace, service)].compactMap { $0 }
    case .ingress: return [IngressManifest.object(for: intent, service)]
    case .loadBalancer, .nodePort:
      return [ExposedServiceManifest.object(for: intent, selector: selector.labels, port: service.port)]
    }
  }
}

extension GatewayManifests: ExpressibleByArgument {}
