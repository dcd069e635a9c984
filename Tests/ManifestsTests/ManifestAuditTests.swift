import JSON
import Kubernetes
import Manifests
import TestKit
import Testing

@Suite("The audit of manifests")
struct ManifestAuditTests {
  static func object(_ kind: String, in name: String = "vllm-container") throws -> KubeObject {
    let golden = try #require(ManifestGoldenTests.cases.first { $0.name == name })
    return try #require(ManifestCase(golden.input()).objects.first { $0.kind == kind })
  }

  @Test("lets everything pass that is generated, by the schema of its kind", arguments: ManifestGoldenTests.cases)
  func passes(_ golden: GoldenCase) throws {
    for object in try ManifestCase(golden.input()).objects {
      #expect(ManifestAudit.findings(object) == [], "\(object.kind) of \(golden)")
    }
  }

  /// Kinds that nothing renders: ours, and those that are only read or that a runtime writes by itself.
  static let unrendered: Set<String> = ["QoSPolicy", "ModelDeployment", "EndpointSlice", "Node", "Lease", "Event"]

  @Test("every kind that has a name in the sources has a schema")
  func complete() throws {
    var kinds: Set<String> = []
    for file in ["Sources/QoSAPI/ResourceTypes.swift", "Sources/Manifests/ResourceType+Foreign.swift"] {
      let text = try Places.text(file)
      let types = text.matches(of: /group: "([^"]*)", version: "([^"]+)", kind: "([^"]+)"/)
      #expect(types.count == text.matches(of: /ResourceType\(/).count, "a type of \(file) is written in another way")
      for (_, group, version, kind) in types.map(\.output) {
        kinds.insert(String(kind))
        let apiVersion = group.isEmpty ? String(version) : "\(group)/\(version)"
        let hasSchema = ManifestAudit.hasSchema(apiVersion: apiVersion, kind: String(kind))
        #expect(
          hasSchema || Self.unrendered.contains(String(kind)), "no schema for \(kind) (\(apiVersion)): add it to hack/reduce-crds")
      }
    }
    #expect(kinds.isSuperset(of: Self.unrendered))
  }

  @Test func `an object of a kind without a schema is refused`() {
    let object = KubeObject(
      ResourceType(group: "example.com", version: "v1", kind: "Widget", plural: "widgets"), namespace: "tenant-a", name: "chat")
    #expect(ManifestAudit.findings(object).map(\.field) == ["kind"])
  }

  /// A case with an object of the kind, where it is broken, with what, and the field that must be named.
  static let brokenForGateways: [(golden: String, kind: String, path: [String], value: JSONValue, field: String)] = [
    ("route", "HTTPRoute", ["spec", "rules"], [["backendRefs": [["port": 80]]]], "spec.rules[0].backendRefs[0].name"),
    ("route-other-namespace", "ReferenceGrant", ["spec", "to"], [["kind": "Service"]], "spec.to[0].group"),
    ("ingress", "Ingress", ["spec", "rules"], [["http": ["paths": [["path": "/"]]]]], "spec.rules[0].http.paths[0].backend"),
    ("protected", "NetworkPolicy", ["spec", "ingres"], [], "spec.ingres"),
    ("protected", "PodDisruptionBudget", ["spec", "maxUnavailable"], true, "spec.maxUnavailable"),
    ("load-balancer", "Service", ["spec", "ports"], [["name": "http"]], "spec.ports[0].port"),
    ("inference-pool", "InferencePool", ["spec", "targetPorts"], [["number": 0]], "spec.targetPorts[0].number"),
    ("istio", "VirtualService", ["spec", "qos"], ["tier": "free"], "spec.qos"),
    ("istio", "DestinationRule", ["spec", "host"], .null, "spec.host"),
    ("istio", "EnvoyFilter", ["spec", "priority"], "first", "spec.priority"),
    ("envoy-gateway", "EnvoyExtensionPolicy", ["spec", "extProc"], [["failOpen": "never"]], "spec.extProc[0].failOpen"),
    ("envoy-gateway", "BackendTrafficPolicy", ["spec", "loadBalancer", "type"], "Fastest", "spec.loadBalancer.type"),
    ("envoy-gateway", "ClientTrafficPolicy", ["spec", "header"], [:], "spec.header"),
    ("envoy-gateway", "EnvoyProxy", ["spec", "filterOrder"], [["after": "a"]], "spec.filterOrder[0].name"),
    ("kuadrant", "AuthPolicy", ["spec", "rules"], [], "spec.rules"),
    (
      "kuadrant-tier-limits", "RateLimitPolicy", ["spec", "limits"], ["free": ["rates": [["limit": 1]]]], "spec.limits.free.rates[0].window"
    ),
    ("kuadrant", "PlanPolicy", ["spec", "plans"], [["tier": "free"]], "spec.plans[0].predicate"),
    ("kuadrant", "TokenRateLimitPolicy", ["spec", "limits"], ["free": ["rates": [["limit": "1"]]]], "spec.limits.free.rates[0].limit"),
  ]

  @Test("names the field of what it refuses for gateways", arguments: brokenForGateways.indices)
  func refusesForGateways(_ index: Int) throws {
    let (name, kind, path, value, field) = Self.brokenForGateways[index]
    let golden = try #require(GatewayManifestTests.cases.first { $0.name == name })
    var object = try #require(GatewayCase(golden.input()).objects.first { $0.kind == kind })
    #expect(ManifestAudit.findings(object) == [])
    object[path] = value.isNull ? nil : value
    let findings = ManifestAudit.findings(object)
    #expect(findings.contains { $0.field == field }, "\(findings)")
  }

  /// A kind, where it is broken, with what, and the field that must be named.
  static let broken: [(kind: String, path: [String], value: JSONValue, field: String)] = [
    ("InferenceService", ["metadata", "name"], "Chat_1", "metadata.name"),
    ("InferenceService", ["spec", "predictor", "minReplicas"], "two", "spec.predictor.minReplicas"),
    ("InferenceService", ["spec", "predictor", "minReplicas"], 9, "spec.predictor.minReplicas"),
    ("InferenceService", ["spec", "predictor", "shutdownTimeout"], 30, "spec.predictor.shutdownTimeout"),
    (
      "InferenceService", ["spec", "predictor", "nodeSelector", "nvidia.com/gpu.product"], "NVIDIA H100 (80GB)",
      "spec.predictor.nodeSelector[nvidia.com/gpu.product]"
    ),
    (
      "InferenceService", ["spec", "predictor", "containers"],
      [["name": "a", "resources": ["limits": ["memory": "32 GB"]]]], "spec.predictor.containers[0].resources.limits[memory]"
    ),
    (
      "InferenceService", ["spec", "predictor", "containers"], [["name": "a", "ports": [["containerPort": 80_800]]]],
      "spec.predictor.containers[0].ports[0].containerPort"
    ),
    ("ScaledObject", ["spec", "scaleTargetRef"], ["kind": "Deployment"], "spec.scaleTargetRef.name"),
    ("ScaledObject", ["spec", "triggers"], .null, "spec.triggers"),
    ("ScaledObject", ["spec", "maxReplicaCount"], 0, "spec.maxReplicaCount"),
    ("ScaledObject", ["spec", "triggers"], [["type": "prometheus", "metadata": ["threshold": 8]]], "spec.triggers[0].metadata.threshold"),
    (
      "ScaledObject", ["spec", "advanced", "horizontalPodAutoscalerConfig", "name"], .string(String(repeating: "a", count: 64)),
      "spec.advanced.horizontalPodAutoscalerConfig.name"
    ),
    ("PodMonitor", ["spec", "selector"], .null, "spec.selector"),
    ("PodMonitor", ["spec", "podMetricsEndpoints"], [["interval": "ten seconds"]], "spec.podMetricsEndpoints[0].interval"),
  ]

  @Test("names the field of what it refuses", arguments: broken.indices)
  func refuses(_ index: Int) throws {
    let (kind, path, value, field) = Self.broken[index]
    var object = try Self.object(kind)
    object[path] = value
    if value.isNull { object[path] = nil }
    let findings = ManifestAudit.findings(object)
    #expect(findings.contains { $0.field == field }, "\(findings)")
  }

  @Test func `judges a plain Deployment too`() throws {
    var object = try Self.object("Deployment", in: "plain-claim")
    object[["spec", "template", "spec", "terminationGracePeriodSeconds"]] = "65s"
    object[["spec", "replica"]] = 1
    #expect(Set(ManifestAudit.findings(object).map(\.field)) == ["spec.template.spec.terminationGracePeriodSeconds", "spec.replica"])
  }
}
