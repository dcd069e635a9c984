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
      #expect(ManifestAudit.hasSchema(object), "no schema for \(object.kind)")
      #expect(ManifestAudit.findings(object) == [], "\(object.kind) of \(golden)")
    }
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
