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
          - trustedHeader: {name: X-Gateway-Tier, upstream: gateway}
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
        .trustedHeader(name: "x-gateway-tier"), .apiKeys([Self.abc: Identity(tier: "a", tenant: "k")]),
        .trustedHeader(name: "x-customer-tier"), .trustedHeader(name: "x-dev-tier"),
      ])
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
