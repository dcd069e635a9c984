import APIMachinery
import JSON
import Kubernetes
import QoSAPI
import TestKit
import Testing
import YAML

@Suite("The schemas of our kinds")
struct SchemaTests {
  @Test("are structural, with names, columns, status and scale")
  func definitions() throws {
    let policy = try SchemaFixture.definition(.qosPolicy)
    let deployment = try SchemaFixture.definition(.modelDeployment)
    #expect(policy.type == .qosPolicy && deployment.type == .modelDeployment)
    #expect(policy.shortNames == ["qos"] && deployment.shortNames == ["mdep"])
    #expect(policy.categories == ["maas"] && deployment.categories == ["maas"])
    #expect(policy.hasStatus && deployment.hasStatus && policy.scale == nil)
    #expect(deployment.scale?.specReplicas == ["spec", "autoscaling", "minReplicas"])
    #expect(policy.columns.map(\.name) == ["Name", "Ready", "Reason", "Tiers", "Targets", "Waiting", "Algorithm", "Age"])
  }

  @Test("accept every example", arguments: ["examples/qospolicy.yaml", "examples/chat-llama.yaml"])
  func examples(_ path: String) throws {
    for document in try YAMLParser.documents(try Places.text(path)) { #expect(try SchemaFixture.errors(document) == []) }
  }

  @Test(
    "refuse a QoSPolicy that is wrong, and say what to write",
    arguments: [
      ("{tiers: [{name: a, weight: 1, priority: 1}], algorythm: x}", ["unknown field \"spec.algorythm\""]),
      (
        "{tiers: [{name: a, weight: 0, priority: 1}]}",
        ["spec.tiers[0].weight: Invalid value: 0: spec.tiers[0].weight in body should be greater than or equal to 1"]
      ),
      ("{tiers: [{name: a, weight: 1}]}", ["spec.tiers[0].priority: Required value"]),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], algorithm: fair}",
        [
          "spec.algorithm: Unsupported value: \"fair\": supported values: \"work-conserving-priority\", \"strict-priority\", \"weighted-fair\""
        ]
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}, {name: b, weight: 1, priority: 1}], classification: {defaultTier: gold}}",
        ["classification.defaultTier \"gold\" is not a tier; write one of a, b"]
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], circuitBreaker: {}, circuit_breaker: {}}",
        ["circuit_breaker is another spelling of circuitBreaker; write only one of them"]
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1, slo: {ttftP95: 300, e2eP95: 200}}]}",
        ["e2eP95 is below ttftP95; a whole answer cannot come before its first token, raise e2eP95 or lower ttftP95"]
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], classification: {sources: [{trustedHeader: {upstream: u}, jwt: {issuer: 'https://i'}}]}}",
        ["a source is exactly one of jwt, apiKeys, trustedHeader; make a list item for each"]
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], classification: {sources: [{jwt: {issuer: 'https://i', algorithms: [HS256]}}]}}",
        ["spec.classification.sources[0].jwt.algorithms[0]: Unsupported value: \"HS256\": supported values: \"RS256\", \"RS384\""]
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], classification: {sources: [{jwt: {issuer: 'https://i', jwks: x, jwksURL: 'https://k'}}]}}",
        ["jwks says what jwksURL says too; write one of the two"]
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], targetRefs: [{kind: HTTPRoute, name: r}]}",
        ["group does not fit kind; write qos.maas.io for a ModelDeployment"]
      ),
    ] as [(String, [String])])
  func wrongPolicy(_ spec: String, _ expected: [String]) throws {
    Self.expect(try SchemaFixture.errors(.qosPolicy, spec: spec), expected)
  }

  @Test("take identities for a trusted header, with a star at their end only")
  func identities() throws {
    func errors(_ from: String) throws -> [String] {
      let source = "{trustedHeader: {upstream: gateway, from: \(from)}}"
      return try SchemaFixture.errors(
        .qosPolicy, spec: "{tiers: [{name: a, weight: 1, priority: 1}], classification: {sources: [\(source)]}}")
    }
    #expect(try errors("['spiffe://cluster/ns/istio-system/*', gateway.mesh]").isEmpty)
    #expect(try errors("['a*b']").contains { $0.hasPrefix("spec.classification.sources[0].trustedHeader.from[0]: ") })
    #expect(try errors("[]").contains { $0.hasPrefix("spec.classification.sources[0].trustedHeader.from: ") })
  }

  @Test("refuse two tiers of one name")
  func duplicateTier() throws {
    let errors = try SchemaFixture.errors(
      .qosPolicy, spec: "{tiers: [{name: a, weight: 1, priority: 1}, {name: a, weight: 2, priority: 1}]}")
    #expect(errors.contains { $0.hasPrefix("spec.tiers[1]: Duplicate value: ") && $0.contains("\"a\"") }, "\(errors)")
    #expect(errors.contains { $0.hasSuffix("tier names must be distinct; rename or remove the tier whose name comes twice") })
  }

  @Test(
    "refuse a ModelDeployment that is wrong, and say what to write",
    arguments: [
      (
        "{useCase: chat, traffic: {expectedQPS: 1}}",
        ["spec.useCase: Unsupported value: \"chat\": supported values: \"chatbot_conversational\", \"code_completion\""]
      ),
      ("{useCase: translation}", ["spec.traffic: Required value"]),
      (
        "{useCase: translation, traffic: {expectedQPS: 1, concurrentUsers: 5}}",
        ["set exactly one of traffic.expectedQPS (requests per second) and traffic.concurrentUsers (people)"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 3, peakQPS: 1}}", ["peakQPS is below expectedQPS; raise peakQPS, or leave it out"]
      ),
      (
        "{traffic: {expectedQPS: 3, promptTokens: 5, outputTokens: 5}}",
        ["set useCase, which brings a service level, or slo.ttftP95, slo.itlP95 and slo.e2eP95"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 1}, slo: {ttftP95: 900, e2eP95: 300}}",
        ["e2eP95 is below ttftP95; a whole answer cannot come before its first token"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 1}, autoscaling: {minReplicas: 5, maxReplicas: 2}}",
        ["minReplicas is above maxReplicas; lower minReplicas or raise maxReplicas"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 1}, fallbacks: [other, example]}",
        ["fallbacks must name other ModelDeployments; remove this one's own name"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 1}, rollout: {canary: {trafficPercent: 5}}}",
        ["a canary is exactly one of model (another model) and revision (an earlier plan)"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 1}, serving: {runtime: simulator, quantization: fp8}}",
        ["runtime simulator loads no weights; remove storageUri, quantization and loraAdapters, or use runtime vllm"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 1}, pricing: {mode: purchase, powerPriceUSDPerKWh: 0.2}}",
        ["pricing.mode purchase needs pricing.purchasePriceUSD (by accelerator) or pricing.purchasePricePerGPUUSD"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 1}, exposure: {type: Ingress}}",
        ["exposure.type HTTPRoute and Ingress need exposure.host"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 1}, planning: {weights: {quality: 0, cost: 0, latency: 0.0, simplicity: 0}}}",
        ["spec.planning.weights: Invalid value: \"object\": all weights are 0, so that every plan is as good as any; raise one"]
      ),
      (
        "{useCase: translation, traffic: {expectedQPS: 1}, planning: {minimumConfidence: Sure, weights: {cost: -1}}}",
        [
          "spec.planning.minimumConfidence: Unsupported value: \"Sure\": supported values: \"benchmarked\", \"interpolated\", \"estimated\"",
          "spec.planning.weights.cost: Invalid value: -1: ",
        ]
      ),
    ] as [(String, [String])])
  func wrongDeployment(_ spec: String, _ expected: [String]) throws {
    Self.expect(try SchemaFixture.errors(.modelDeployment, spec: spec), expected)
  }

  @Test("accept a ModelDeployment with every field")
  func everything() throws {
    let spec = """
      model: meta-llama/Llama-3.1-8B-Instruct
      useCase: translation
      traffic: {concurrentUsers: 1000, peakQPS: 5.5, promptTokens: 512, outputTokens: 256, burstiness: poisson}
      slo: {ttftP95: 150, itlP95: 25.5, e2eP95: 7000}
      objective: cost
      budget: {maxMonthlyUSD: 5000, maxHourlyUSD: 10, policy: flexible}
      hardware: {gpuTypes: [H100, L40S], maxGPUs: 8, maxTensorParallel: 4}
      pricing: {mode: purchase, pricePerGPUHourUSD: {H100: 2.5}, powerPriceUSDPerKWh: 0.2, pue: 1.3, purchasePricePerGPUUSD: 30000, amortisationMonths: 36}
      serving: {runtime: vllm, image: 'a/b:c', storageUri: 'hf://a/b', quantization: fp8, loraAdapters: [{name: a, uri: b}], args: [--x]}
      autoscaling: {minReplicas: 0, maxReplicas: 4}
      rollout: {abTest: {variants: [{deployment: a, trafficPercent: 60}, {deployment: b, trafficPercent: 40}]}}
      exposure: {type: HTTPRoute, host: a.example, path: /v1, tlsSecretName: tls, gateway: {name: g, namespace: n}}
      fallbacks: [other]
      planning: {minimumConfidence: interpolated, excludedModels: [qwen], minimumContextTokens: 32768, weights: {quality: 0, cost: 0, latency: 0, simplicity: 1.5}}
      approval: manual
      """
    #expect(try SchemaFixture.errors(.modelDeployment, spec: spec) == [])
  }

  @Test("refuse a name too long for the objects made from it")
  func longName() throws {
    let errors = try SchemaFixture.errors(
      .modelDeployment, name: String(repeating: "a", count: 45), spec: "{useCase: translation, traffic: {expectedQPS: 1}}")
    #expect(errors.count == 1 && errors[0].contains("metadata.name"), "\(errors)")
  }

  @Test("hold every status that a reconciler writes", arguments: GoldenCase.all(in: "Tests/ReconciliationTests/Cases"))
  func statuses(_ golden: GoldenCase) throws {
    let specs: [String: JSONValue] = [
      "QoSPolicy": ["tiers": [["name": "a", "weight": 1, "priority": 1]]],
      "ModelDeployment": ["useCase": "translation", "traffic": ["expectedQPS": 1]],
    ]
    for document in try YAMLParser.documents(try Places.text(golden.outputPath)) {
      guard var object = document["applyStatus"] else { continue }
      object["spec"] = specs[object["kind"]?.string ?? ""]
      #expect(try SchemaFixture.errors(object) == [])
    }
  }

  /// Each error, in order, contains what is expected of it.
  private static func expect(_ errors: [String], _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(errors.count == expected.count, "\(errors)", sourceLocation: sourceLocation)
    for (error, part) in zip(errors, expected) { #expect(error.contains(part), sourceLocation: sourceLocation) }
  }
}
