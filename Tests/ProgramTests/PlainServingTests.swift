import Foundation
import JSON
import TestKit
import Testing

/// Against a real API server that has nothing but Kubernetes and our own kinds.
@Suite(.serialized, .enabled(if: RealControlPlane.isAvailable, "hack/kube-apiserver build has not run"))
struct `podium operator without KServe` {
  @Test func `serves vLLM from a plain Deployment, which the API server takes as it is and nobody writes again`() async throws {
    let cluster = try await PodiumCluster.start()
    try await cluster.define(PodiumCluster.ownDefinitions)
    try await cluster.grant(try await PodiumChart.rendered())
    let podium = try await RunningOperator.start(
      kubeconfig: cluster.plane.cluster.operatorKubeconfig, "--dashboards", "--scaler-port", "0")
    try await eventually("it is ready") { try await podium.isReady() }
    try await cluster.apply(
      try Example.text("chat-llama").replacingOccurrences(of: "runtime: simulator", with: "quantization: fp8"))
    try await eventually("it says what serves", within: .seconds(60)) {
      let applied = try await cluster.condition("Applied", of: "modeldeployment/chat-llama")
      return applied.contains("KServe is not installed, so a plain Deployment serves")
    }
    let deployment = try await cluster.json("deployment/chat-llama-predictor")
    #expect(deployment[["spec", "template", "spec", "containers"]]?[0]?["args"]?.strings?.contains("--quantization=fp8") == true)
    #expect(try await cluster.json("service/chat-llama-predictor")[["spec", "ports"]]?[0]?["targetPort"]?.int == 8080)
    #expect(try await cluster.json("modeldeployment/chat-llama")[["status", "conditions"]] != nil)

    // What was deleted comes back; on the way everything else is compared, and found to be as it was written.
    try await cluster.kubectl("delete", "configmap", "chat-llama-dashboards").checked()
    try await eventually("the dashboards are back", within: .seconds(60)) {
      (try? await cluster.json("configmap/chat-llama-dashboards")) != nil
    }
    let again = try await cluster.json("deployment/chat-llama-predictor")
    #expect(again[["metadata", "generation"]] == deployment[["metadata", "generation"]])
    #expect(again[["metadata", "annotations", "qos.maas.io/restored"]] == nil)

    #expect(podium.process.output.contains("scaler") || podium.process.errors.contains("scaler"))
    #expect(try await podium.process.stop() == 0, "\(podium.process.errors)")
  }
}
