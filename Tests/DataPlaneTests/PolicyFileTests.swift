import JSON
import Scheduling
import TestKit
import Testing
import YAML

@testable import DataPlane

@Suite struct `The policy file` {
  @Test func `of the examples is complete and valid`() throws {
    let file = try ProxyFile(json: YAMLParser.documents(Places.text("examples/proxy.yaml"))[0])
    try PolicyCheck.check(file.policy)
    #expect(file.port == 8080 && file.namespace == "default")
    let pool = try #require(file.policy.pools.first)
    #expect(pool.servedModel == "meta-llama/Llama-3.1-8B-Instruct" && pool.backends.map(\.id) == ["127.0.0.1:8000", "second"])
    #expect(pool.scheduling.tiers[0].objective.timeToFirstToken == .milliseconds(500))
    #expect(pool.scheduling.tiers[1].breaker == .moderate && pool.scheduling.tiers[2].breaker == .lenient)
    guard case .apiKeys(let keys) = file.policy.classification.sources[0] else { return #expect(Bool(false), "no API keys") }
    let caller = keys.first { SHA256Digest(hexadecimal: $0.key) == SHA256Digest("acme-key") }
    #expect(caller?.value == Identity(tier: "enterprise", tenant: "acme"))
  }

  @Test func `of the examples explains tokens in a comment that is valid as well`() throws {
    let lines = try Places.text("examples/proxy.yaml").split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix("    # - jwt:") || line.hasPrefix("    #     ") ? "    " + line.dropFirst(6) : String(line)
    }
    let file = try ProxyFile(json: YAMLParser.documents(lines.joined(separator: "\n"))[0])
    try PolicyCheck.check(file.policy)
    #expect(
      file.policy.classification.sources[1]
        == .jwt(
          TokenIssuer(
            issuer: "https://auth.example.com", keys: .url("https://auth.example.com/keys"), audiences: ["podium"],
            tiers: ["gold": "enterprise", "silver": "premium"])))
    #expect(try TrafficPolicy(json: JSONValue(parsing: file.policy.json.text())) == file.policy)
  }

  @Test func `says the same after being written and read`() throws {
    let policy = try ProxyFile(json: YAMLParser.documents(Places.text("examples/proxy.yaml"))[0]).policy
    #expect(try TrafficPolicy(json: JSONValue(parsing: policy.json.text())) == policy)
  }

  static let mistakes: [(String, String)] = [
    ("policy: {pools: [{name: a, backend: []}]}", "policy.pools[0].backend: is not a field: write one of"),
    ("policy: {pools: [{name: a, backends: [{host: h, port: x}]}]}", "policy.pools[0].backends[0].port: is the string 'x'"),
    ("policy: {pools: [{name: a, scheduling: {algorithm: fifo}}]}", "policy.pools[0].scheduling.algorithm: is 'fifo': write one of"),
    (
      "policy: {pools: [{name: a, scheduling: {tiers: [{name: t, weight: 5}]}}]}",
      "policy.pools[0].scheduling.tiers[0].priority: is missing"
    ),
    ("policy: {classification: [{}]}", "policy.classification[0]: write one of trustedHeader, apiKeys, jwt"),
    ("policy: {classification: [{jwt: {}}]}", "policy.classification[0].jwt.issuer: is missing"),
    (
      "policy: {classification: [{jwt: {issuer: a, algorithms: [HS256]}}]}",
      "policy.classification[0].jwt.algorithms: 'HS256' is not allowed"
    ),
    (
      "policy: {classification: [{jwt: {issuer: a, algorithms: [none]}}]}", "policy.classification[0].jwt.algorithms: 'none' is not allowed"
    ),
    ("policy: {classification: [{jwt: {issuer: a, audience: b}}]}", "policy.classification[0].jwt.audience: is not a field: write one of"),
    (
      "policy: {classification: [{jwt: {issuer: a, jwks: {keys: []}, jwksURL: b}}]}", "policy.classification[0].jwt.jwks: says what jwksURL"
    ),
    ("policy: {classification: [{jwt: {issuer: a, caFile: b, caBundle: c}}]}", "policy.classification[0].jwt.caBundle: says what caFile"),
    ("policy: {classification: [{jwt: {issuer: a, tiers: {gold: 1}}}]}", "policy.classification[0].jwt.tiers.gold: is no string"),
    ("policy: {classification: [{jwt: {issuer: a, forward: maybe}}]}", "policy.classification[0].jwt.forward: is the string 'maybe'"),
    ("listen: {port: 99999}\npolicy: {}", "listen.port: is 99999: write a port"), ("{}", "policy: is missing"),
    ("[]", "is a list: write an object"),
    ("listen: {tls: {certificate: a}}\npolicy: {}", "listen.tls.key: is missing"),
    (
      "listen: {tls: {certificate: a, key: b, clientAuth: maybe}}\npolicy: {}",
      "listen.tls.clientAuth: is 'maybe': write one of none, optional"
    ),
    ("listen: {tls: {certificate: a, key: b, clientAuth: required}}\npolicy: {}", "listen.tls.clientCA: is missing"),
    ("listen: {tls: {certificate: a, key: b, clientCA: c, clientAuth: none}}\npolicy: {}", "listen.tls.clientAuth: is none"),
    ("listen: {tls: {certificate: a, key: b, minimumVersion: 1.1}}\npolicy: {}", "listen.tls.minimumVersion: is 1.1: write \"1.2\""),
    ("policy: {classification: [{trustedHeader: [a]}]}", "policy.classification[0].trustedHeader: is [\"a\"]: write a header's name"),
    ("policy: {classification: [{trustedHeader: {from: [a]}}]}", "policy.classification[0].trustedHeader.name: is missing"),
  ]

  @Test func `says who may set a trusted header, and how the listener shows itself`() throws {
    let text = """
      listen: {tls: {certificate: a, key: b, clientCA: c, minimumVersion: 1.3}}
      policy: {classification: [{trustedHeader: {name: X-Tier, from: ["spiffe://cluster/ns/a/*", gateway]}}]}
      """
    let file = try ProxyFile(json: YAMLParser.documents(text)[0])
    #expect(file.tls == TLSSettings(certificate: "a", key: "b", clientCA: "c", clientAuth: .required, minimumVersion: .v13))
    #expect(file.policy.classification.sources == [.trustedHeader(name: "x-tier", from: ["spiffe://cluster/ns/a/*", "gateway"])])
    #expect(try TrafficPolicy(json: JSONValue(parsing: file.policy.json.text())) == file.policy)
  }

  @Test func `with a mistake is refused with the path of the wrong field`() throws {
    for (text, message) in Self.mistakes {
      let document = try YAMLParser.documents(text)[0]
      let error = #expect(throws: PolicyError.self, "\(text)") { _ = try ProxyFile(json: document) }
      #expect(error?.description.hasPrefix(message) == true, "\(text) → \(error?.description ?? "")")
    }
  }

  static func broken(_ change: (inout PoolPolicy) -> Void) -> TrafficPolicy {
    var pool = PoolPolicy(name: "a", models: ["a"], servedModel: "a", backends: [], scheduling: .standard)
    change(&pool)
    return TestPlane.policy(pools: [pool])
  }

  static let unenforceable: [(TrafficPolicy, String)] = [
    (broken { $0.scheduling.tiers[0].weight = 0 }, "pools[0].scheduling.tiers[0].weight: is 0: write a weight from 1 to 100"),
    (broken { $0.scheduling.tiers[1].name = "enterprise" }, "pools[0].scheduling.tiers[1].name: 'enterprise' is given twice"),
    (broken { $0.scheduling.defaultTier = "gold" }, "pools[0].scheduling.defaultTier: 'gold' is no tier"),
    (broken { $0.backends = [Backend(host: "localhost", port: 1)] }, "pools[0].backends[0].host: 'localhost' is not an IP address"),
    (broken { $0.backends = [Backend(host: "::1", port: 0)] }, "pools[0].backends[0].port: is 0"),
    (broken { $0.fallbacks = ["a"] }, "pools[0].fallbacks[0]: 'a' is not another pool"),
    (broken { $0.models = [] }, "pools[0].models: is empty"),
    (
      TestPlane.policy(sources: [.apiKeys(["xyz": Identity(tier: "free")])], pools: []),
      "classification.sources[0].apiKeys: 'xyz' is not a SHA-256"
    ),
    (TestPlane.policy(sources: [.trustedHeader(name: "X Tier")], pools: []), "classification.sources[0].trustedHeader: 'X Tier'"),
    (TestPlane.policy(sources: [.trustedHeader(name: "x", from: [])], pools: []), "classification.sources[0].trustedHeader.from: is empty"),
    (
      TestPlane.policy(sources: [.trustedHeader(name: "x", from: ["a", "b*c"])], pools: []),
      "classification.sources[0].trustedHeader.from[1]: is 'b*c'"
    ),
  ]

  @Test func `that cannot be enforced is refused, and the last good policy stays`() async throws {
    try await TestPlane.run { plane in
      try plane.serve(revision: "good")
      for (policy, message) in Self.unenforceable {
        let error = #expect(throws: PolicyError.self) { try plane.server.apply(policy) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
      }
      let statistics = try await plane.server.statistics()
      #expect(statistics.revision == "good")
    }
  }
}
