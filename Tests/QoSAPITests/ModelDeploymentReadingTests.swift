import JSON
import Kubernetes
import QoSAPI
import TestKit
import Testing
import YAML

@Suite("A ModelDeployment")
struct ModelDeploymentReadingTests {
  static func problems(_ spec: String, name: String = "chat") throws -> [String] {
    do {
      let spec = try #require(try YAMLParser.documents(spec).first)
      _ = try ModelDeployment(KubeObject(["metadata": ["name": .string(name)], "spec": spec]))
      return []
    } catch let error as FieldProblems { return error.problems.map(\.description) }
  }

  @Test("is read with its defaults")
  func defaults() throws {
    let object = KubeObject([
      "metadata": ["name": "chat"], "spec": ["useCase": "translation", "traffic": ["concurrentUsers": 1000]],
    ])
    let deployment = try ModelDeployment(object)
    #expect(deployment.traffic.concurrentUsers == 1000)
    #expect(deployment.objective == .balanced && deployment.approval == .automatic && deployment.serving.runtime == .vllm)
    #expect(deployment.budget.policy == nil)
  }

  @Test(
    "that is wrong says where and what to write instead",
    arguments: [
      (
        "{useCase: translation, traffic: {}}",
        ["spec.traffic.expectedQPS: set exactly one of traffic.expectedQPS (requests per second) and traffic.concurrentUsers (people)"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 5, peakQPS: 2}}",
        ["spec.traffic.peakQPS: is below expectedQPS; raise it, or leave it out"]
      ),
      (
        "{traffic: {expectedQPS: 5}}",
        [
          "spec.useCase: is missing; set it, or traffic.promptTokens and traffic.outputTokens",
          "spec.useCase: is missing; set it, or slo.ttftP95, slo.itlP95 and slo.e2eP95",
        ]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 5}, autoscaling: {minReplicas: 4, maxReplicas: 2}}",
        ["spec.autoscaling.minReplicas: is above maxReplicas; lower it or raise maxReplicas"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 5}, fallbacks: [chat]}",
        ["spec.fallbacks: must name other ModelDeployments; remove \"chat\""]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 5}, serving: {runtime: simulator, quantization: fp8}}",
        ["spec.serving.quantization: runtime simulator loads no weights; remove it, or use runtime vllm"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 5}, planning: {minimumConfidence: sure, weights: {cost: .nan}}}",
        [
          "spec.planning.minimumConfidence: \"sure\" is not known; write one of benchmarked, interpolated, estimated",
          "spec.planning.weights.cost: \".nan\" is not possible; write a number from 0 to 1000000",
        ]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 5}, planning: {weights: {quality: 0, cost: 0, latency: 0, simplicity: 0}}}",
        ["spec.planning.weights: are all 0, so that every plan is as good as any; raise one"]
      ),
    ] as [(String, [String])])
  func wrong(_ spec: String, _ expected: [String]) throws {
    #expect(try Self.problems(spec) == expected)
  }

  @Test("with a name that is too long for the objects made from it is refused")
  func longName() throws {
    let problems = try Self.problems("{useCase: translation, traffic: {expectedQPS: 5}}", name: String(repeating: "a", count: 45))
    #expect(problems == ["metadata.name: is longer than 44 characters; choose a shorter one"])
  }
}
