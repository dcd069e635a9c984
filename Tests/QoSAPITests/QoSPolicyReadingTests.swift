import JSON
import Kubernetes
import QoSAPI
import TestKit
import Testing
import YAML

@Suite("A QoSPolicy")
struct QoSPolicyReadingTests {
  static func read(_ yaml: String) throws -> QoSPolicy {
    try QoSPolicy(KubeObject(try #require(try YAMLParser.documents(yaml).first)))
  }

  static func problems(_ spec: String) throws -> [String] {
    do {
      let spec = try #require(try YAMLParser.documents(spec).first)
      _ = try QoSPolicy(KubeObject(["metadata": ["name": "policy"], "spec": spec]))
      return []
    } catch let error as FieldProblems { return error.problems.map(\.description) }
  }

  @Test("as it was published applies unchanged")
  func published() throws {
    let policy = try Self.read(try Places.text("examples/qospolicy.yaml"))
    #expect(policy.name == "revenue-based-qos")
    #expect(policy.tiers.map(\.name) == ["enterprise", "premium", "free"])
    #expect(policy.tiers.map(\.weight) == [70, 20, 10])
    #expect(policy.tiers.map(\.priority) == [100, 50, 10])
    #expect(policy.tiers.map(\.sla) == [.guaranteed, .standard, .bestEffort])
    #expect(policy.circuitBreakers && policy.adaptiveThresholds && policy.isNamespaceWide)
    #expect(policy.ineffectiveFields.isEmpty)
  }

  @Test("spells circuit breakers both ways, but not at once")
  func spellings() throws {
    let tiers = "tiers: [{name: a, weight: 1, priority: 1}]"
    let camel = try Self.read("{spec: {\(tiers), circuitBreaker: {adaptiveThresholds: false}}}")
    let snake = try Self.read("{spec: {\(tiers), circuit_breaker: {adaptive_thresholds: false, enabled: false}}}")
    #expect(camel.circuitBreakers && !camel.adaptiveThresholds)
    #expect(!snake.circuitBreakers && !snake.adaptiveThresholds)
    let both = try Self.problems("{\(tiers), circuitBreaker: {}, circuit_breaker: {}}")
    #expect(both == ["spec.circuit_breaker: is another spelling of circuitBreaker; write only one of them"])
  }

  @Test(
    "that is wrong says where and what to write instead",
    arguments: [
      ("{tiers: []}", "spec.tiers: is empty; write at least one tier with name, weight and priority"),
      (
        "{tiers: [{name: a, weight: 0, priority: 1}]}",
        "spec.tiers[0].weight: 0 is not possible; write a whole number from 1 to 100"
      ),
      ("{tiers: [{name: a, priority: 1}]}", "spec.tiers[0].weight: is missing; write a whole number"),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}, {name: a, weight: 1, priority: 1}]}",
        "spec.tiers: \"a\" comes twice; rename or remove one of the two tiers"
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}, {name: b, weight: 1, priority: 1}], classification: {defaultTier: gold}}",
        "spec.classification.defaultTier: \"gold\" is not a tier; write one of a, b"
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], algorithm: fair}",
        "spec.algorithm: \"fair\" is not known; write one of work-conserving-priority, strict-priority, weighted-fair"
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1, slo: {ttftP95: 500, e2eP95: 100}}]}",
        "spec.tiers[0].slo.e2eP95: is below ttftP95; a whole answer cannot come before its first token, raise e2eP95 or lower ttftP95"
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], classification: {sources: [{}]}}",
        "spec.classification.sources[0].jwt: a source is exactly one of jwt, apiKeys, trustedHeader; make a list item for each"
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], classification: {sources: [{jwt: {issuer: me}}]}}",
        "spec.classification.sources[0].jwt.issuer: \"me\" is no address of keys; write one that starts with https://"
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], classification: {sources: [{jwt: {issuer: me, jwks: '{}'}}]}}",
        "spec.classification.sources[0].jwt.jwks: is no JWK Set; write JSON text: an object with a list called keys"
      ),
      (
        "{tiers: [{name: a, weight: 1, priority: 1}], classification: {sources: [{jwt: {issuer: 'https://i', tiers: {gold: b}}}]}}",
        "spec.classification.sources[0].jwt.tiers.gold: \"b\" is not a tier; write one of a"
      ),
    ])
  func wrong(_ spec: String, _ expected: String) throws {
    #expect(try Self.problems(spec) == [expected])
  }

  @Test("tells which of its fields are accepted but not acted on")
  func ineffective() throws {
    let policy = try Self.read(
      "{spec: {tiers: [{name: a, weight: 1, priority: 1, limits: {requestsPerMinute: 5}, match: request.path == '/'}]}}")
    #expect(policy.ineffectiveFields == ["tiers[].limits", "tiers[].match"])
  }

  @Test("reads what a tier earns, and acts on it")
  func revenue() throws {
    let policy = try Self.read(
      "{spec: {tiers: [{name: a, weight: 1, priority: 1, revenuePerRequest: 0.02}, {name: b, weight: 1, priority: 1, "
        + "revenuePerMillionTokens: 15}]}}")
    #expect(policy.tiers[0].revenuePerRequest == 0.02 && policy.tiers[1].revenuePerMillionTokens == 15)
    #expect(policy.ineffectiveFields.isEmpty)
  }
}
