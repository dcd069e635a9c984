import JSON
import QoSAPI
import Scheduling
import Testing

@testable import Reconciliation

@Suite("Names of models beside the deployments' own")
struct ModelRouteTests {
  private static func compile(_ yaml: String) throws -> CompiledPolicy { try PolicyCompilerTests.compile(yaml) }

  @Test("are LoRA adapters, served by their deployment under their own name, unless the name means something else")
  func adapters() throws {
    let compiled = try Self.compile(
      PolicyCompilerTests.deployment("base", ", serving: {loraAdapters: [{name: sql, uri: s3://a}, {name: other, uri: s3://b}]}")
        + PolicyCompilerTests.deployment("other", ", serving: {loraAdapters: [{name: sql, uri: s3://c}]}"))
    #expect(compiled.traffic.models == [ModelRoute(name: "sql", variants: [.init(pool: "base", servedModel: "sql")])])
    #expect(compiled.diagnostics.count == 2 && compiled.diagnostics.allSatisfy { $0.contains("has the name of another model") })
  }

  @Test("split a deployment's requests between the variants of its A/B test, whose weights change with it")
  func split() throws {
    func compile(_ a: Int, _ b: Int) throws -> CompiledPolicy {
      let test = "{abTest: {variants: [{deployment: a, trafficPercent: \(a)}, {deployment: b, trafficPercent: \(b)}]}}"
      return try Self.compile(
        PolicyCompilerTests.deployment("a", ", model: org/model, rollout: \(test)") + PolicyCompilerTests.deployment("b"))
    }
    let compiled = try compile(90, 10)
    let variants: [ModelRoute.Variant] = [.init(pool: "a", weight: 90), .init(pool: "b", weight: 10)]
    #expect(compiled.traffic.models == [ModelRoute(name: "a", variants: variants), ModelRoute(name: "org/model", variants: variants)])
    #expect(compiled.diagnostics.isEmpty)
    let changed = try compile(50, 50)
    #expect(changed.traffic.revision != compiled.traffic.revision)
    let lonely = try Self.compile(
      PolicyCompilerTests.deployment(
        "a", ", rollout: {abTest: {variants: [{deployment: gone, trafficPercent: 100}, {deployment: a, trafficPercent: 0}]}}"))
    #expect(lonely.traffic.models.isEmpty && lonely.diagnostics.count == 1)
  }

  @Test("come with priorities, where the model servers look at them")
  func priorities() throws {
    for (more, isOn) in [
      ("", true), (", serving: {runtime: simulator}", true), (", serving: {args: [--scheduling-policy, fcfs]}", false),
      (", serving: {args: [--scheduling-policy=fcfs]}", false),
      (", serving: {args: [--scheduling-policy=fcfs, --scheduling-policy=priority]}", true),
    ] {
      let pools = try Self.compile(PolicyCompilerTests.deployment("a", more)).traffic.pools
      #expect(pools.map(\.forwardsPriority) == [isOn], "\(more)")
    }
  }

  @Test("leave it to the policy which server gets a request")
  func placement() throws {
    let policy = PolicyCompilerTests.policy("p")
    let (plain, affine) = (
      try Self.compile(PolicyCompilerTests.deployment("a") + policy),
      try Self.compile(PolicyCompilerTests.deployment("a") + policy.replacing("spec: {", with: "spec: {placement: prefix-affinity, "))
    )
    #expect(plain.traffic.pools[0].scheduling.placement == .leastWork)
    #expect(affine.traffic.pools[0].scheduling.placement == .prefixAffinity && affine.traffic.revision != plain.traffic.revision)
  }

  @Test("all of a rollout is acted on")
  func effective() throws {
    func fields(_ rollout: String) throws -> [String] {
      let yaml = PolicyCompilerTests.deployment("a", ", rollout: \(rollout)")
      let snapshot = try PolicyCompilerTests.snapshot(yaml)
      return try snapshot.objects(of: .modelDeployment, in: "tenant-a").flatMap { try ModelDeployment($0).ineffectiveFields }
    }
    #expect(try fields("{abTest: {variants: []}}").isEmpty)
    #expect(try fields("{canary: {model: m, trafficPercent: 5}}").isEmpty && fields("{rollbackTo: x}").isEmpty)
  }
}
