import JSON
import Kubernetes
import Manifests
import QoSAPI
import Scheduling
import TestKit
import Testing

@Suite struct `KServe's LLMInferenceService` {
  static func service(_ scheme: String) -> String {
    """
    apiVersion: v1
    kind: Service
    metadata: {name: chat-kserve-workload-svc, namespace: tenant-a}
    spec: {ports: [{name: \(scheme), port: 8000}]}
    """
  }

  static func slice(_ scheme: String) -> String {
    """
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: chat-abc, namespace: tenant-a, labels: {kubernetes.io/service-name: chat-kserve-workload-svc}}
    addressType: IPv4
    ports: [{name: \(scheme), port: 8000, protocol: TCP}]
    endpoints: [{addresses: [10.0.0.7], conditions: {ready: true}}]
    """
  }

  /// As KServe 0.20 writes it; without a router there is a Service of the pods and nothing else.
  static let ready = """
    apiVersion: serving.kserve.io/v1alpha2
    kind: LLMInferenceService
    metadata: {name: chat, namespace: tenant-a}
    status: {conditions: [{type: MainWorkloadReady, status: "True", lastTransitionTime: "2026-11-21T09:00:00Z"}]}
    """

  @Test func `is served by the data plane, from the Service that KServe makes of its pods`() async throws {
    try await OperatedCluster.with(.llmInferenceService) { cluster in
      try await cluster.apply(
        .modelDeployment, `An object that somebody else made`.deployment(", serving: {platform: LLMInferenceService}"))
      try await eventually("it is written", within: .seconds(60)) { try await cluster.get(.llmInferenceService, "chat") != nil }
      let written = try #require(try await cluster.get(.llmInferenceService, "chat"))
      #expect(written[["spec", "router"]] == nil, "a gateway of KServe's would lead around the scheduler")
      #expect(written[["spec", "template", "containers"]]?[0]?["name"]?.string == "main")

      // KServe's part.
      try await cluster.apply(.service, Self.service("http"))
      try await cluster.apply(.endpointSlice, Self.slice("http"))
      try await cluster.client.applyStatus(.llmInferenceService, KubeObject(try document(Self.ready)), manager: "kserve")
      try await eventually("the data plane has its server", within: .seconds(60)) {
        cluster.gateways.policy("tenant-a")?.pools.first?.backends == [Backend(host: "10.0.0.7", port: 8000)]
      }
      try await eventually("it is ready", within: .seconds(60)) { try await cluster.condition("Ready").hasPrefix("True Serving") }
    }
  }

  @Test func `that speaks TLS is not served, and what to do is said`() async throws {
    try await OperatedCluster.with(.llmInferenceService) { cluster in
      try await cluster.apply(.service, Self.service("https"))
      try await cluster.apply(.endpointSlice, Self.slice("https"))
      try await cluster.apply(
        .modelDeployment, `An object that somebody else made`.deployment(", serving: {platform: LLMInferenceService}"))
      try await eventually("it is said", within: .seconds(60)) {
        let ready = try await cluster.condition("Ready")
        return ready.hasPrefix("False ServersSpeakTLS") && ready.contains("enableLLMInferenceServiceTLS")
      }
      #expect(cluster.gateways.policy("tenant-a")?.pools.first?.backends == [])
    }
  }
}
