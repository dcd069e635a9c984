import ControllerRuntime
import JSON
import Kubernetes
import Logging
import QoSAPI
import Reconciliation
import Scheduling
import Synchronization
import Testing

@testable import Operator

@Suite struct PolicyPublisherTests {
  /// Data planes that remember what they were given, and refuse when told to.
  private final class RecordingGateways: Gateways {
    struct Refusal: Error {}

    private let state = Mutex((policies: [TrafficPolicy](), refuses: false))

    var policies: [TrafficPolicy] { state.withLock { $0.policies } }
    func refuse(_ refuses: Bool) { state.withLock { $0.refuses = refuses } }

    func apply(_ policy: TrafficPolicy, namespace: String) async throws {
      try state.withLock { state in
        if state.refuses { throw Refusal() }
        state.policies.append(policy)
      }
    }
    func figures(namespace: String) async -> [String: PoolFigures] { [:] }
    func report(namespace: String) async -> GatewayReport { GatewayReport(standing: standing.withLock { $0 }) }
    let standing = Mutex(GatewayReport.Standing.inForce)
    func urls() async -> [String: String] { ["team": "http://gateway"] }
  }

  private let stores = StoreSet(WatchedTypes.all)
  private let gateways = RecordingGateways()

  private func publisher() -> PolicyPublisher {
    PolicyPublisher(stores: stores, gateways: gateways, settings: OperatorSettings(), logger: Logger(label: "test"))
  }

  private func write(weight: Int, generation: Int) {
    var policy = KubeObject(.qosPolicy, namespace: "team", name: "p")
    policy[["metadata", "generation"]] = JSONValue(generation)
    policy[["metadata", "resourceVersion"]] = .string("\(generation)")
    policy["spec"] = [
      "tiers": [["name": "gold", "weight": JSONValue(weight), "priority": 2], ["name": "rest", "weight": 1, "priority": 1]]
    ]
    stores[.qosPolicy]?.apply(.replace([policy]))
  }

  private func write(deployments: [String]) {
    stores[.modelDeployment]?.apply(
      .replace(
        deployments.map { name in
          var deployment = KubeObject(.modelDeployment, namespace: "team", name: name)
          deployment["spec"] = ["model": .string("org/\(name)"), "useCase": "translation", "traffic": ["expectedQPS": 1]]
          return deployment
        }))
  }

  @Test func `A namespace without a policy or a deployment gets no data plane`() async {
    #expect(await publisher().publish("team") == nil)
    #expect(gateways.policies.isEmpty)
  }

  @Test func `A policy is handed over once, and again when it changes; only deployments whose pool changed are woken`() async {
    let publisher = publisher()
    write(weight: 50, generation: 1)
    write(deployments: ["a", "b"])
    #expect(await publisher.publish("team") == ["a", "b"])
    #expect(await publisher.publish("team") == nil)
    write(weight: 60, generation: 2)
    #expect(await publisher.publish("team") == [])
    write(deployments: ["b"])
    #expect(await publisher.publish("team") == ["a"])
    #expect(gateways.policies.map { $0.pools.first?.scheduling.tiers.first?.weight } == [50, 60, 60])
    #expect(publisher.programmed["team"]?.policyGenerations == ["p": 2])
    #expect(publisher.urls == ["team": "http://gateway"])
  }

  @Test func `A refused policy is said to be refused, and the last good one stays in force`() async {
    let publisher = publisher()
    write(weight: 50, generation: 1)
    _ = await publisher.publish("team")
    let inForce = publisher.programmed["team"]?.revision
    gateways.refuse(true)
    write(weight: 60, generation: 2)
    _ = await publisher.publish("team")
    #expect(publisher.programmed["team"]?.problem != nil)
    #expect(publisher.programmed["team"]?.revision == inForce && publisher.programmed["team"]?.policyGenerations == ["p": 1])
    gateways.refuse(false)
    _ = await publisher.publish("team")
    #expect(publisher.programmed["team"]?.problem == nil && publisher.programmed["team"]?.policyGenerations == ["p": 2])
  }

  @Test func `A policy that is on its way is not in force yet, and one that the proxies refuse says why`() async {
    let publisher = publisher()
    write(weight: 50, generation: 1)
    _ = await publisher.publish("team")
    let before = publisher.programmed["team"]?.revision
    gateways.standing.withLock { $0 = .pending("1 of 2 proxies") }
    write(weight: 60, generation: 2)
    _ = await publisher.publish("team")
    #expect(publisher.programmed["team"]?.pending == "1 of 2 proxies" && publisher.programmed["team"]?.problem == nil)
    #expect(publisher.programmed["team"]?.revision == before && publisher.programmed["team"]?.policyGenerations == ["p": 1])
    #expect(await publisher.sample().isEmpty)
    gateways.standing.withLock { $0 = .refused("no room") }
    #expect(await publisher.sample() == ["team": []])
    #expect(publisher.programmed["team"]?.problem == "no room" && publisher.programmed["team"]?.policyGenerations == ["p": 1])
    gateways.standing.withLock { $0 = .inForce }
    #expect(await publisher.sample() == ["team": []])
    #expect(publisher.programmed["team"]?.problem == nil && publisher.programmed["team"]?.policyGenerations == ["p": 2])
    #expect(publisher.programmed["team"]?.revision != before)
  }
}
