import Foundation
import JSON
import Kubernetes
import Manifests
import Planning
import QoSAPI
import TestKit
import Testing
import YAML

/// The input of a golden pair: a ModelDeployment with its plan, a QoSPolicy, and a document `given:` that says what is wanted.
struct GatewayCase {
  let intent: GatewayIntent
  let service: ServiceReference
  let wanted: [GatewayManifests]

  init(_ documents: [JSONValue]) throws {
    let serving = try ManifestCase(documents).intent
    let given = documents.first { $0["given"] != nil }?["given"] ?? [:]
    let policy = try documents.first { $0["kind"]?.string == "QoSPolicy" }.map { try QoSPolicy(KubeObject($0)) }
    let processor = given["processor"]?.string ?? "podium-ext-proc"
    let service = given["service"]?.string ?? "podium:8080"
    let namespace = serving.deployment.object.namespace ?? ""
    intent = GatewayIntent(
      serving: serving, policy: policy, processor: try #require(ServiceReference(processor, defaultPort: 9002, namespace: namespace)))
    self.service = try #require(ServiceReference(service, defaultPort: 8080, namespace: namespace))
    wanted = (given["with"]?.strings ?? []).compactMap(GatewayManifests.init)
  }

  var objects: [KubeObject] {
    let serving = intent.serving
    let exposed: [KubeObject?] =
      switch serving.deployment.exposure.kind {
      case .none: []
      case .httpRoute: [HTTPRouteManifest.toDataPlane(serving, service), HTTPRouteManifest.grant(namespace: serving.namespace, service)]
      case .ingress: [IngressManifest.object(for: serving, service)]
      case .loadBalancer, .nodePort:
        [ExposedServiceManifest.object(for: serving, selector: ["app.kubernetes.io/name": "podium"], port: service.port)]
      }
    let protection = [
      NetworkPolicyManifest.object(for: serving, namespaces: [service.namespace]), DisruptionBudgetManifest.object(for: serving),
    ]
    return (exposed + protection).compactMap { $0 } + wanted.flatMap { $0.objects(for: intent) { YAMLWriter.text($0) } }
  }
}

@Suite("Manifests for gateways")
struct GatewayManifestTests {
  static let cases = GoldenCase.all(in: "Tests/ManifestsTests/GatewayCases")

  @Test("render to what the golden file says", arguments: cases)
  func golden(_ golden: GoldenCase) throws {
    let rendered = try GatewayCase(golden.input())
    let difference = try golden.difference(from: rendered.objects.map(\.json))
    #expect(difference == nil)
    // The servers too: what protects and spreads them is in their own object.
    for object in rendered.objects + ServingManifests(for: rendered.intent.serving).objects {
      #expect(ManifestAudit.findings(object).isEmpty, "\(object.kind): \(ManifestAudit.findings(object))")
    }
  }

  @Test(
    "are accepted by the real schemas of Gateway API, Istio, Envoy Gateway, Kuadrant and Kubernetes",
    .enabled(if: Places.shared != nil, "the real CRDs are not beside the repository"))
  func schemas() async throws {
    let tool = "\(try #require(Places.shared))/tools/validate-manifests"
    let result = try await Command.run("python3", [tool] + Self.cases.map(\.outputPath))
    #expect(result.succeeded, "\(result.output)\(result.errors)")
  }

  @Test("the real Envoy takes the configuration that is made for it", .enabled(if: Tools.find("envoy") != nil, "no Envoy: hack/setup test"))
  func envoy() async throws {
    let directory = try TemporaryDirectory()
    let golden = try #require(Self.cases.first { $0.name == "envoy" })
    let objects = try GatewayCase(golden.input()).objects
    let text = try #require(objects.first { $0.kind == "ConfigMap" }?[["data", "envoy.yaml"]]?.string)
    let file = try directory.write(text, to: "envoy.yaml")
    let result = try await Command.run("envoy", ["--mode", "validate", "-c", file, "--log-level", "warning"])
    #expect(result.succeeded && !(result.errors + result.output).contains("eprecated"), "\(result.output)\(result.errors)")
  }

  @Test("every kind of wish is in some case")
  func complete() throws {
    let wanted = try Self.cases.flatMap { try GatewayCase($0.input()).wanted }
    #expect(Set(wanted) == Set(GatewayManifests.allCases))
  }

  static func intent(policy: String? = nil, processor: String = "podium-ext-proc") throws -> GatewayIntent {
    let golden = try #require(cases.first { $0.name == "istio" })
    let serving = try GatewayCase(golden.input()).intent.serving
    return GatewayIntent(
      serving: serving, policy: try policy.map { try QoSPolicy(KubeObject(try #require(try YAMLParser.documents($0).first))) },
      processor: try #require(ServiceReference(processor, defaultPort: 9002, namespace: "tenant-a")))
  }

  @Test("what cannot be is told with what to do about it")
  func problems() throws {
    let policy = "{kind: QoSPolicy, metadata: {name: p}, spec: {tiers: [{name: a, weight: 1, priority: 1}]}}"
    #expect(GatewayManifests.kuadrant.problem(try Self.intent())?.contains("--policy") == true)
    #expect(GatewayManifests.kuadrant.problem(try Self.intent(policy: policy))?.contains("classification.sources[].jwt") == true)
    let exposed = try #require(Self.cases.first { $0.name == "node-port" })
    let elsewhere = try GatewayCase(exposed.input()).intent.serving
    let token =
      "{kind: QoSPolicy, metadata: {name: p}, spec: {tiers: [{name: a, weight: 1, priority: 1}], "
      + "classification: {sources: [{jwt: {issuer: 'https://i.example'}}]}}}"
    let intent = GatewayIntent(serving: elsewhere, policy: try Self.intent(policy: token).policy, processor: try Self.intent().processor)
    #expect(GatewayManifests.kuadrant.problem(intent)?.contains("exposure.type HTTPRoute") == true)
    #expect(GatewayManifests.kuadrant.problem(try Self.intent(policy: token)) == nil)
    #expect(GatewayManifests.inferencePool.problem(try Self.intent(processor: "epp.other.svc"))?.contains("its own namespace") == true)
    #expect(GatewayManifests.istio.problem(try Self.intent()) == nil)
  }

  @Test(
    "addresses of Services are read, and others are not",
    arguments: [
      ("http://podium.tenant-a.svc", "podium/tenant-a:80"), ("https://p.n.svc.cluster.local:8443/v1", "p/n:8443"),
      ("http://127.0.0.1:8080", nil), ("podium", nil), ("http://p.n.svc:0", nil), ("http://[::1]:80", nil),
    ] as [(String, String?)])
  func references(_ url: String, _ expected: String?) {
    #expect(ServiceReference(url: url).map { "\($0.name)/\($0.namespace):\($0.port)" } == expected)
  }
}
