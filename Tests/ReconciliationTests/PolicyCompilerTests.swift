import JSON
import Kubernetes
import QoSAPI
import Reconciliation
import Scheduling
import TestKit
import Testing
import YAML

@Suite("The policy compiler")
struct PolicyCompilerTests {
  static func snapshot(_ yaml: String, absent: [String] = []) throws -> Snapshot {
    try ObservedFixture.snapshot(try YAMLParser.documents(yaml), absent: absent)
  }

  static func compile(
    _ yaml: String, header: String? = nil, absent: [String] = [], previous: CompiledPolicy? = nil
  ) throws -> CompiledPolicy {
    PolicyCompiler.compile(
      namespace: "tenant-a", snapshot: try snapshot(yaml, absent: absent), settings: OperatorSettings(trustedTierHeader: header),
      previous: previous)
  }

  static func deployment(_ name: String, _ more: String = "", created: String = "2026-11-01T00:00:00Z") -> String {
    """
    ---
    apiVersion: qos.maas.io/v1
    kind: ModelDeployment
    metadata: {name: \(name), namespace: tenant-a, generation: 1, creationTimestamp: "\(created)"}
    spec: {useCase: chatbot_conversational, traffic: {expectedQPS: 1}\(more)}

    """
  }

  static func policy(
    _ name: String, tier: String = "only", targets: String = "", created: String = "2026-11-01T00:00:00Z", weight: Int = 1
  ) -> String {
    """
    ---
    apiVersion: qos.maas.io/v1
    kind: QoSPolicy
    metadata: {name: \(name), namespace: tenant-a, generation: 4, creationTimestamp: "\(created)"}
    spec: {tiers: [{name: \(tier), weight: \(weight), priority: 1}]\(targets)}

    """
  }

  static func slice(_ name: String, service: String, address: String, port: Int = 8080, ready: String = "true") -> String {
    """
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: \(name), namespace: tenant-a, labels: {kubernetes.io/service-name: \(service)}}
    addressType: IPv4
    ports: [{name: metrics, port: 9090, protocol: UDP}, {name: http1, port: \(port), protocol: TCP}]
    endpoints: [{addresses: [\(address)], conditions: {ready: \(ready)}}]

    """
  }

  @Test("makes a pool of each deployment, with its ready endpoints, under the standard policy")
  func pools() throws {
    let compiled = try Self.compile(
      Self.deployment("chat", ", model: meta-llama/Llama-3.1-8B-Instruct, fallbacks: [code, gone]") + Self.deployment("code")
        + Self.slice("a", service: "chat-predictor", address: "10.0.0.2") + Self.slice("b", service: "chat-predictor", address: "10.0.0.1")
        + Self.slice("c", service: "chat-predictor", address: "10.0.0.3", ready: "false")
        + Self.slice("d", service: "other-predictor", address: "10.0.0.4"))
    #expect(
      compiled.traffic.pools == [
        PoolPolicy(
          name: "chat", models: ["chat", "meta-llama/Llama-3.1-8B-Instruct"], servedModel: "chat",
          backends: [Backend(host: "10.0.0.1", port: 8080), Backend(host: "10.0.0.2", port: 8080)], scheduling: .standard,
          fallbacks: ["code"], forwardsPriority: true),
        PoolPolicy(name: "code", models: ["code"], servedModel: "code", backends: [], scheduling: .standard, forwardsPriority: true),
      ])
    #expect(compiled.diagnostics == ["ModelDeployment chat: its fallback gone is no other ModelDeployment of the namespace."])
  }

  @Test("reads EndpointSlices of the older version where the server has no other")
  func olderSlices() throws {
    let json = try YAMLParser.documents(Self.slice("a", service: "chat-predictor", address: "10.0.0.2"))
    var snapshot = try Self.snapshot(Self.deployment("chat"), absent: ["EndpointSlice"])
    snapshot.set(.endpointSliceV1Beta1, json.map(KubeObject.init))
    let compiled = PolicyCompiler.compile(namespace: "tenant-a", snapshot: snapshot, settings: OperatorSettings())
    #expect(compiled.traffic.pools[0].backends == [Backend(host: "10.0.0.2", port: 8080)])
  }

  @Test("gives a model id to the oldest deployment that serves it, and never to one with another's name")
  func modelIds() throws {
    let compiled = try Self.compile(
      Self.deployment("young", ", model: m", created: "2026-11-02T00:00:00Z") + Self.deployment("old", ", model: m")
        + Self.deployment("third", ", model: old"))
    #expect(compiled.traffic.pools.map(\.models) == [["old", "m"], ["third"], ["young"]])
  }

  @Test("lets a targeted policy win over a namespace-wide one, and the oldest over the others")
  func assignment() throws {
    let chat = ", targetRefs: [{kind: ModelDeployment, name: chat}]"
    let compiled = try Self.compile(
      Self.deployment("chat") + Self.deployment("code") + Self.policy("wide", tier: "w", created: "2026-10-01T00:00:00Z")
        + Self.policy("wide2", tier: "w2") + Self.policy("young", tier: "y", targets: chat, created: "2026-11-02T00:00:00Z")
        + Self.policy("old", tier: "o", targets: chat))
    #expect(compiled.traffic.pools.map { $0.scheduling.tiers.map(\.name) } == [["o"], ["w"]])
    #expect(compiled.policyGenerations == ["wide": 4, "wide2": 4, "young": 4, "old": 4])
  }

  @Test("gives breakers by rank where the policy says nothing, and the lowest tier to unknown callers")
  func defaults() throws {
    let compiled = try Self.compile(
      Self.deployment("chat")
        + """
        ---
        apiVersion: qos.maas.io/v1
        kind: QoSPolicy
        metadata: {name: p, namespace: tenant-a, generation: 1}
        spec:
          tiers:
          - {name: low, weight: 10, priority: 1}
          - {name: high, weight: 50, priority: 9, slo: {ttftP95: 150, e2eP95: 2000}}
          - {name: middle, weight: 40, priority: 5, circuitBreaker: {errorRate: 0.5}}
        """)
    let scheduling = try #require(compiled.traffic.pools.first?.scheduling)
    #expect(scheduling.tiers.map(\.breaker) == [.lenient, .strict, BreakerPolicy(errorRate: 0.5, latencyTolerance: 5)])
    #expect(scheduling.defaultTier == "low")
    #expect(scheduling.tiers[1].objective == LatencyObjective(timeToFirstToken: .milliseconds(150), endToEnd: .seconds(2)))
  }

  @Test("keeps the last good version of a policy that can no longer be read")
  func lastGood() throws {
    let chat = ", targetRefs: [{kind: ModelDeployment, name: chat}]"
    let objects = Self.deployment("chat") + Self.deployment("code")
    let good = try Self.compile(objects + Self.policy("wide", tier: "w") + Self.policy("own", tier: "o", targets: chat))
    let bad = try Self.compile(
      objects + Self.policy("wide", tier: "w", weight: 0) + Self.policy("own", tier: "o", targets: chat, weight: 0), previous: good)
    #expect(bad.traffic.pools.map(\.scheduling) == good.traffic.pools.map(\.scheduling))
    #expect(bad.diagnostics.count == 2)
    let again = try Self.compile(
      objects + Self.policy("wide", tier: "w", weight: 0) + Self.policy("own", tier: "o", targets: chat, weight: 0), previous: bad)
    #expect(again == bad)
  }

  @Test("changes the revision exactly when something in it changes")
  func revisions() throws {
    let objects = Self.deployment("chat") + Self.policy("p") + Self.slice("a", service: "chat-predictor", address: "10.0.0.1")
    let first = try Self.compile(objects).traffic.revision
    #expect(try Self.compile(objects).traffic.revision == first)
    let others = [
      Self.deployment("chat") + Self.policy("p") + Self.slice("a", service: "chat-predictor", address: "10.0.0.9"),
      Self.deployment("chat") + Self.policy("p", weight: 2) + Self.slice("a", service: "chat-predictor", address: "10.0.0.1"),
      objects + Self.deployment("code"), objects.replacing("generation: 4", with: "generation: 5"),
    ]
    #expect(Set(try others.map { try Self.compile($0).traffic.revision } + [first]).count == 5)
    #expect(try Self.compile(objects, header: "x-tier").traffic.revision != first)
  }
}
