import Reconciliation
import Scheduling
import Testing

@Suite("Classification")
struct ClassificationTests {
  static func secret(_ name: String, label: String = "qos.maas.io/api-key: \"true\"", annotations: String, data: String) -> String {
    """
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: \(name), namespace: tenant-a, labels: {\(label)}, annotations: {\(annotations)}}
    data: {\(data)}

    """
  }

  /// SHA-256 of `abc` is the example of FIPS 180-4.
  static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test("knows keys by their digest, without the line break of an editor")
  func keys() throws {
    let compiled = try PolicyCompilerTests.compile(
      Self.secret("acme", annotations: "qos.maas.io/tier: gold, qos.maas.io/tenant: acme", data: "one: YWJj, two: YWJjCg==")
        + Self.secret("unlabelled", label: "a: b", annotations: "qos.maas.io/tier: gold", data: "one: eHl6"))
    #expect(compiled.traffic.classification.sources == [.apiKeys([Self.abc: Identity(tier: "gold", tenant: "acme")])])
    #expect(compiled.diagnostics.isEmpty)
  }

  @Test(
    "digests keys of every length",
    arguments: [
      (
        "aw==",
        "8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a"
      ),
      (
        "a2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NQ==",
        "e394d2841d8f55cf41d9bd9bd2718903a82a93b2fe242ea7a464ea24545179f5"
      ),
      (
        "a2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY=",
        "9132febb6433b0246c6703815bcc41a6bca7907a12bcc5f5afaa974a1ad844c7"
      ),
      (
        "a2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3OA==",
        "885d2e2b4c6bd7450439dcbea566645413558f79d1e5c93e93879b2582ed2506"
      ),
      (
        "a2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODk=",
        "4999967d76701cb190c1a66401089b59fc745cfc6bfec638be79d5724f391ba1"
      ),
      (
        "a2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYt",
        "147368afae31e1c8b2ae43cc327e2c6759e8797711d51f554d185b15a5a4dd7a"
      ),
      (
        "a2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYtaw==",
        "85fc18b358c83d705e28b40ae8555b4d078e18d507a4b42c47131248bf395d58"
      ),
      (
        "a2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2U=",
        "7575e94330ad05e9d50d96c76dd0d768178b69860d9deb437f56e3028ff615e0"
      ),
      (
        "a2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODk=",
        "537fa5a76a27f849c11397533c8f5bd1fbe9fdc8ecc50afe79d42663dba0887e"
      ),
      (
        "a2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlB",
        "43b3ab3160980bd19fb6210df3026b183108d4f09c94e405a5c55f1adf1e707b"
      ),
      (
        "a2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY3ODlBQkNERUYta2V5LTAxMjM0NTY=",
        "81a5f2ee5840c12b47692dd8e9b57044c806dab4cbf7022a59173d9e17bc3f9f"
      ),
    ])
  func lengths(_ key: String, _ digest: String) throws {
    let compiled = try PolicyCompilerTests.compile(Self.secret("acme", annotations: "qos.maas.io/tier: gold", data: "one: '\(key)'"))
    #expect(compiled.traffic.classification.sources == [.apiKeys([digest: Identity(tier: "gold", tenant: "acme")])])
  }

  @Test("says what is wrong with a Secret of keys")
  func badSecrets() throws {
    let compiled = try PolicyCompilerTests.compile(
      Self.secret("a", annotations: "", data: "one: YWJj") + Self.secret("b", annotations: "qos.maas.io/tier: gold", data: "one: '?'"))
    #expect(compiled.traffic.classification.sources.isEmpty)
    #expect(
      compiled.diagnostics == [
        "Secret a: its keys have no tier; set the annotation qos.maas.io/tier.", "Secret b: data.one is empty or no Base64.",
      ])
  }

  @Test("takes the sources of the policy in order, then the header of an enforced AuthPolicy, then the settings'")
  func order() throws {
    let compiled = try PolicyCompilerTests.compile(
      """
      ---
      apiVersion: qos.maas.io/v1
      kind: QoSPolicy
      metadata: {name: p, namespace: tenant-a, generation: 1}
      spec:
        tiers: [{name: a, weight: 1, priority: 1}]
        classification:
          sources:
          - trustedHeader: {name: X-Gateway-Tier, upstream: gateway, from: ["spiffe://cluster/ns/istio-system/*"]}
          - apiKeys: {selector: {matchLabels: {keys: mine}}}
      ---
      apiVersion: kuadrant.io/v1
      kind: AuthPolicy
      metadata: {name: auth, namespace: tenant-a}
      spec:
        targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}
        rules: {response: {success: {headers: {x-customer-tier: {plain: {expression: auth.identity.tier}}}}}}
      status:
        conditions: [{type: Accepted, status: "True"}, {type: Enforced, status: "True"}]

      """ + Self.secret("k", label: "keys: mine", annotations: "qos.maas.io/tier: a", data: "one: YWJj"), header: "X-Dev-Tier")
    #expect(
      compiled.traffic.classification.sources == [
        .trustedHeader(name: "x-gateway-tier", from: ["spiffe://cluster/ns/istio-system/*"]),
        .apiKeys([Self.abc: Identity(tier: "a", tenant: "k")]),
        .trustedHeader(name: "x-customer-tier"), .trustedHeader(name: "x-dev-tier"),
      ])
  }

  @Test("verifies the tokens of the issuers that a policy names")
  func tokens() throws {
    let compiled = try PolicyCompilerTests.compile(
      """
      ---
      apiVersion: qos.maas.io/v1
      kind: QoSPolicy
      metadata: {name: p, namespace: tenant-a, generation: 1}
      spec:
        tiers: [{name: a, weight: 1, priority: 1}, {name: b, weight: 1, priority: 1}]
        classification:
          sources:
          - jwt: {issuer: https://a.example}
          - jwt:
              issuer: https://b.example
              jwksURL: https://b.example/keys
              caBundle: PEM
              audiences: [podium]
              algorithms: [ES384]
              claim: realm_access.roles
              tiers: {gold: a}
              tenantClaim: org
              leewaySeconds: 5
              forward: true

      """)
    #expect(
      compiled.traffic.classification.sources == [
        .jwt(TokenIssuer(issuer: "https://a.example")),
        .jwt(
          TokenIssuer(
            issuer: "https://b.example", keys: .url("https://b.example/keys"), authority: .pem("PEM"), audiences: ["podium"],
            algorithms: [.es384], tierClaim: "realm_access.roles", tiers: ["gold": "a"], tenantClaim: "org", leeway: .seconds(5),
            forwards: true)),
      ])
    #expect(compiled.diagnostics.isEmpty)
  }

  @Test("trusts no header that nobody vouches for")
  func nothing() throws {
    let auth = """
      apiVersion: kuadrant.io/v1
      kind: AuthPolicy
      metadata: {name: auth, namespace: tenant-a}
      spec: {rules: {response: {success: {headers: {x-customer-tier: {plain: {expression: auth.identity.tier}}}}}}}
      """
    #expect(try PolicyCompilerTests.compile(auth).traffic.classification.sources.isEmpty)
    #expect(try PolicyCompilerTests.compile(auth, absent: ["AuthPolicy"]).traffic.classification.sources.isEmpty)
  }
}
