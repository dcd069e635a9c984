import JSON
import Kubernetes
import Planning
import Scheduling
import Testing

@testable import QoSAPI
@testable import Reconciliation

@Suite("A canary's next state")
struct CanaryDecisionTests {
  static let now = "2026-11-21T10:10:00Z"

  static func canary(_ change: (inout ModelDeployment.Canary) -> Void = { _ in }) -> ModelDeployment.Canary {
    var canary = ModelDeployment.Canary(
      target: .model("m"), steps: [5, 25, 50], stepSeconds: 60, minRequests: 20, maxErrorPercent: 5, promotion: .manual)
    change(&canary)
    return canary
  }

  static func state(_ phase: CanaryState.Phase, _ percent: Int = 0, secondsAgo: Int? = 120) -> CanaryState {
    CanaryState(phase: phase, target: "model m", digest: "d", percent: percent, since: secondsAgo.map { time(600 - $0) }, message: "")
  }

  /// So many seconds after ten.
  static func time(_ seconds: Int) -> String {
    let (minute, second) = (seconds / 60, seconds % 60)
    return "2026-11-21T10:\(minute < 10 ? "0" : "")\(minute):\(second < 10 ? "0" : "")\(second)Z"
  }

  static func evidence(_ change: (inout CanaryEvidence) -> Void = { _ in }) -> CanaryEvidence {
    var evidence = CanaryEvidence(backends: 1)
    evidence.requests = 100
    change(&evidence)
    return evidence
  }

  struct Step: CustomTestStringConvertible {
    var name: String
    var from: CanaryState
    var canary = CanaryDecisionTests.canary()
    var evidence = CanaryDecisionTests.evidence()
    var isOwnReady = true
    var phase: CanaryState.Phase
    var percent: Int
    var says = ""
    /// Whether the step's time begins now, or is not counted.
    var clock = Clock.asBefore

    enum Clock { case asBefore, anew, stopped }

    var testDescription: String { name }
  }

  static let steps: [Step] = [
    Step(name: "without servers it waits", from: state(.preparing), evidence: evidence { $0.backends = 0 }, phase: .preparing, percent: 0),
    Step(name: "with servers it gets the first step", from: state(.preparing), phase: .progressing, percent: 5, says: "5 %"),
    Step(
      name: "trafficPercent 0 keeps it idle", from: state(.preparing), canary: canary { $0.steps = [] }, phase: .preparing, percent: 0,
      says: "trafficPercent is 0"),
    Step(name: "a step lasts its time", from: state(.progressing, 5, secondsAgo: 0), phase: .progressing, percent: 5),
    Step(name: "then comes the next", from: state(.progressing, 5), phase: .progressing, percent: 25, says: "after 5 % went well"),
    Step(
      name: "too few requests prove nothing", from: state(.progressing, 5), evidence: evidence { $0.requests = 19 }, phase: .progressing,
      percent: 5, says: "19 requests in the last minute are too few"),
    Step(
      name: "after the last a person is asked", from: state(.progressing, 50), phase: .succeeded, percent: 50,
      says: "promotion to automatic"),
    Step(
      name: "or it is promoted", from: state(.progressing, 50), canary: canary { $0.promotion = .automatic }, phase: .promoting, percent: 50
    ),
    Step(
      name: "a person may promote later", from: state(.succeeded, 50), canary: canary { $0.promotion = .automatic }, phase: .promoting,
      percent: 50),
    Step(name: "or give it more", from: state(.succeeded, 50), canary: canary { $0.steps = [50, 80] }, phase: .progressing, percent: 80),
    Step(name: "or less", from: state(.progressing, 25), canary: canary { $0.steps = [5, 10] }, phase: .progressing, percent: 10),
    Step(
      name: "errors roll it back", from: state(.progressing, 25, secondsAgo: 0), evidence: evidence { $0.failed = 6 }, phase: .rolledBack,
      percent: 0, says: "6 of 100 requests failed"),
    Step(
      name: "but not where everything fails", from: state(.progressing, 25, secondsAgo: 0),
      evidence: evidence { ($0.failed, $0.ownErrorRate) = (6, 0.5) }, phase: .progressing, percent: 25),
    Step(
      name: "an open breaker rolls it back, though little was asked", from: state(.progressing, 5),
      evidence: evidence { ($0.requests, $0.isBreakerOpen) = (3, true) }, phase: .rolledBack, percent: 0, says: "circuit breaker"),
    Step(
      name: "a missed service level rolls it back", from: state(.succeeded, 50), evidence: evidence { $0.missed = "TTFT" },
      phase: .rolledBack, percent: 0, says: "misses its service level"),
    Step(
      name: "but not where the deployment's own servers miss theirs", from: state(.succeeded, 50),
      evidence: evidence { ($0.missed, $0.isOwnMissed) = ("TTFT", true) }, phase: .succeeded, percent: 50),
    Step(
      name: "a model that cannot be loaded is rolled back", from: state(.preparing),
      evidence: evidence { ($0.backends, $0.loadFailure) = (0, "no such file") }, phase: .rolledBack, percent: 0, says: "no such file"),
    Step(
      name: "servers that are lost under way do not end it, and their time does not count", from: state(.progressing, 25),
      evidence: evidence { $0.backends = 0 }, phase: .progressing, percent: 25, clock: .stopped),
    Step(
      name: "when they are back the step begins anew", from: state(.progressing, 25, secondsAgo: nil), phase: .progressing, percent: 25,
      says: "its servers are back", clock: .anew),
    Step(
      name: "another canary's servers are not its own", from: state(.preparing), evidence: evidence { $0.isCurrent = false },
      phase: .preparing, percent: 0, says: "not ready"),
    Step(
      name: "nor are their failures", from: state(.preparing), evidence: evidence { ($0.failed, $0.isBreakerOpen) = (100, true) },
      phase: .progressing, percent: 5),
    Step(
      name: "it may fail while it is promoted", from: state(.promoting, 50), evidence: evidence { $0.isBreakerOpen = true },
      phase: .rolledBack, percent: 0, says: "while it was promoted: a circuit breaker"),
    Step(
      name: "even with all the requests", from: state(.promoting, 100), evidence: evidence { $0.failed = 50 }, isOwnReady: false,
      phase: .rolledBack, percent: 0, says: "50 of 100"),
    Step(
      name: "a short step settles as fast", from: state(.promoting, 100, secondsAgo: 10), canary: canary { $0.stepSeconds = 10 },
      phase: .promoted, percent: 0),
    Step(name: "promoted, it gets everything once it has its servers", from: state(.promoting, 50), phase: .promoting, percent: 100),
    Step(
      name: "and until the deployment's own are ready", from: state(.promoting, 100), isOwnReady: false, phase: .promoting, percent: 100),
    Step(
      name: "not at once, for what is ready may be the old", from: state(.promoting, 100, secondsAgo: 0), phase: .promoting, percent: 100),
    Step(name: "then its servers are not needed", from: state(.promoting, 100), phase: .promoted, percent: 0, says: "runs model m now"),
    Step(name: "what is promoted stays", from: state(.promoted), evidence: evidence { $0.failed = 100 }, phase: .promoted, percent: 0),
    Step(name: "what is rolled back stays", from: state(.rolledBack), phase: .rolledBack, percent: 0),
  ]

  @Test("follows from its state, the evidence and the time", arguments: steps)
  func next(_ step: Step) {
    let next = CanaryDecision.next(step.from, step.canary, step.evidence, isOwnReady: step.isOwnReady, now: Self.now)
    #expect((next.phase, next.percent) == (step.phase, step.percent) && (step.says.isEmpty || next.message.contains(step.says)), "\(next)")
    let isMoved = (next.phase, next.percent) != (step.from.phase, step.from.percent)
    switch step.clock {
    case .asBefore: #expect(next.since == (isMoved ? Self.now : step.from.since))
    case .anew: #expect(next.since == Self.now)
    case .stopped: #expect(next.since == nil)
    }
    // Looked at again in the same moment nothing changes: a status that is written brings its object back.
    let again = CanaryDecision.next(next, step.canary, step.evidence, isOwnReady: step.isOwnReady, now: Self.now)
    if !isMoved, step.clock != .anew { #expect(again == next) }
  }

  @Test("A step lasts as long as its servers serve without a break")
  func outage() {
    var state = CanaryDecisionTests.state(.progressing, 5, secondsAgo: 600)
    var written = 0
    var moved: Int?
    for second in stride(from: 5, through: 900, by: 5) where moved == nil {
      let serves = second <= 50 || second > 300
      let next = CanaryDecision.next(
        state, Self.canary(), Self.evidence { $0.backends = serves ? 1 : 0 }, isOwnReady: true, now: Self.time(second))
      if next != state { written += 1 }
      state = next
      if state.percent == 25 { moved = second }
    }
    // Back at 305; a minute later it has served its minute.
    #expect(moved == 365)
    #expect(written <= 5, "the status is written when something happens, not for every look: \(written)")
  }
}

@Suite("A canary's life")
struct CanaryLifeTests {
  static let key = DeploymentLifecycleTests.key
  static let canaryKey = ObjectKey(namespace: "tenant-a", name: "chat-canary")

  /// A world with a second model, which is planned like the first.
  static func observed() throws -> Observed {
    var observed = try DeploymentLifecycleTests.observed(
      ["useCase": "chatbot_conversational", "model": .string(KnowledgeFixture.model), "traffic": ["expectedQPS": 6]])
    let known = KnowledgeFixture.knowledge
    let other = known.benchmarks.map { row in
      var row = row
      row.model = "acme/new"
      return row
    }
    let models =
      known.models + [
        ModelEntry(
          id: "acme/new", parametersBillions: 8, contextLength: 131_072, minimumMemoryGB: 20, recommendedFor: ["chatbot_conversational"])
      ]
    observed.knowledge = Knowledge(
      useCases: known.useCases, accelerators: known.accelerators, models: models, benchmarks: known.benchmarks + other, quality: .empty)
    return observed
  }

  static func begin(_ observed: inout Observed, _ rollout: JSONValue) {
    DeploymentLifecycleTests.edit(&observed) {
      $0[["spec", "rollout"]] = rollout
      $0[["metadata", "generation"]] = 2
    }
  }

  /// A minute later, with these figures; the servers that there are are ready.
  static func pass(_ observed: inout Observed, minute: Int, canary: PoolFigures? = nil) -> Decision {
    observed.now = "2026-11-21T11:\(minute < 10 ? "0" : "")\(minute):00Z"
    for object in observed.snapshot[.inferenceService].values {
      var ready = object
      ready["status"] = ["conditions": [["type": "PredictorReady", "status": "True"]]]
      observed.snapshot.set(.inferenceService, observed.snapshot[.inferenceService].values.filter { $0.key != object.key } + [ready])
    }
    var pools = ["chat": PoolFigures(backends: 2)]
    pools["chat-canary"] = canary
    observed.programmed["tenant-a"] = ProgrammedPolicy(revision: "r", pools: pools)
    let decision = ModelDeploymentReconciler.decide(key, observed)
    observed.snapshot.perform(decision)
    return decision
  }

  static func figures(requests: Int = 50, failed: Int = 0, backends: Int = 2) -> PoolFigures {
    PoolFigures(
      backends: backends,
      tiers: [.init(name: "free", waiting: 0, inUse: 0, breaker: .closed, lastMinute: .init(requests: requests, failed: failed))])
  }

  static func weights(_ observed: Observed) -> [String: [Int]] {
    let compiled = PolicyCompiler.compile(namespace: "tenant-a", snapshot: observed.snapshot, settings: observed.settings)
    return Dictionary(uniqueKeysWithValues: compiled.traffic.models.map { ($0.name, $0.variants.map(\.weight)) })
  }

  static func phase(_ observed: Observed) -> String? {
    observed.snapshot[.modelDeployment, key]?[["status", "rollout", "phase"]]?.string
  }

  static let rollout: JSONValue = [
    "canary": ["model": "acme/new", "trafficPercent": 50, "steps": [10], "stepSeconds": 60, "minRequests": 20, "promotion": "automatic"]
  ]

  @Test("goes from servers of its own over a growing part of the requests to the deployment's own servers")
  func promotion() throws {
    var observed = try Self.observed()
    DeploymentLifecycleTests.settle(&observed)
    Self.begin(&observed, Self.rollout)
    let start = Self.pass(&observed, minute: 0)
    let servers = try #require(observed.snapshot[.inferenceService, Self.canaryKey])
    #expect(servers.ownerReferences.first?.name == "chat" && servers[["spec", "predictor", "minReplicas"]] == 1)
    #expect(servers[["spec", "predictor", "model", "storageUri"]] == "hf://acme/new")
    // The data plane splits: KServe's own canary splits replicas, and no requests.
    #expect(servers[["spec", "canary"]] == nil && servers[["spec", "predictor", "canaryTrafficPercent"]] == nil)
    #expect(DeploymentLifecycleTests.events(start).contains("CanaryPreparing") && Self.weights(observed).isEmpty)
    #expect(start.requeueAfter == .seconds(5))

    _ = Self.pass(&observed, minute: 1, canary: Self.figures())
    #expect(Self.weights(observed) == ["chat": [90, 10], KnowledgeFixture.model: [90, 10]])
    _ = Self.pass(&observed, minute: 2, canary: Self.figures())
    #expect(Self.weights(observed)["chat"] == [50, 50])
    _ = Self.pass(&observed, minute: 3, canary: Self.figures())
    #expect(Self.phase(observed) == "promoting" && Self.weights(observed)["chat"] == [50, 50])
    #expect(observed.snapshot[.inferenceService, Self.canaryKey]?[["spec", "predictor", "minReplicas"]] == 2)
    _ = Self.pass(&observed, minute: 4, canary: Self.figures())
    #expect(Self.weights(observed)["chat"] == [0, 100])
    let own = { observed.snapshot[.inferenceService, Self.key]?[["spec", "predictor", "model", "storageUri"]]?.string }
    #expect(own() == "hf://\(KnowledgeFixture.model)")
    // The deployment's own servers change over while the canary's answer.
    _ = Self.pass(&observed, minute: 5, canary: Self.figures())
    #expect(own() == "hf://acme/new" && Self.weights(observed)["chat"] == [0, 100])
    let end = Self.pass(&observed, minute: 6, canary: Self.figures())
    #expect(Self.phase(observed) == "promoted" && DeploymentLifecycleTests.events(end).contains("CanaryPromoted"))
    #expect(observed.snapshot[.inferenceService, Self.canaryKey] == nil && Self.weights(observed).isEmpty)
    #expect(DeploymentLifecycleTests.condition(observed, "RolledOut")?.reason == "Promoted")

    // Nothing moves when a person writes down what is.
    DeploymentLifecycleTests.edit(&observed) {
      $0[["spec", "model"]] = "acme/new"
      $0[["spec", "rollout"]] = nil
    }
    let written = Self.pass(&observed, minute: 7)
    #expect(DeploymentLifecycleTests.applied(written).isEmpty && own() == "hf://acme/new" && Self.phase(observed) == nil)
  }

  @Test("is rolled back when it fails, stays so, and begins anew when it is changed")
  func rollback() throws {
    var observed = try Self.observed()
    DeploymentLifecycleTests.settle(&observed)
    Self.begin(&observed, Self.rollout)
    for minute in 0...1 { _ = Self.pass(&observed, minute: minute, canary: minute == 0 ? nil : Self.figures()) }
    #expect(Self.weights(observed)["chat"] == [90, 10])
    let back = Self.pass(&observed, minute: 2, canary: Self.figures(failed: 10))
    #expect(Self.phase(observed) == "rolledBack" && DeploymentLifecycleTests.events(back).contains("CanaryRolledBack"))
    #expect(Self.weights(observed).isEmpty && observed.snapshot[.inferenceService, Self.canaryKey] == nil)
    let condition = try #require(DeploymentLifecycleTests.condition(observed, "RolledOut"))
    #expect(condition.status == .no && condition.message.contains("10 of 50 requests failed"))
    #expect(Self.pass(&observed, minute: 3).actions.isEmpty)
    DeploymentLifecycleTests.edit(&observed) { $0[["spec", "rollout", "canary", "maxErrorPercent"]] = 30 }
    _ = Self.pass(&observed, minute: 4)
    #expect(Self.phase(observed) == "preparing" && observed.snapshot[.inferenceService, Self.canaryKey] != nil)
  }

  @Test("another canary waits for servers of its own, and goes on where it was after the operator's restart")
  func changedUnderWay() throws {
    var observed = try Self.observed()
    DeploymentLifecycleTests.settle(&observed)
    let first = try #require(observed.snapshot[.modelDeployment, Self.key]?[["status", "revisions"]]?[0]?["name"]?.string)
    Self.begin(&observed, Self.rollout)
    for minute in 0...1 { _ = Self.pass(&observed, minute: minute, canary: minute == 0 ? nil : Self.figures()) }
    #expect(Self.weights(observed)["chat"] == [90, 10])
    // The data plane has not said anything yet: the part stays, the step's time begins when it serves again.
    observed.programmed = [:]
    observed.now = "2026-11-21T11:02:00Z"
    observed.snapshot.perform(ModelDeploymentReconciler.decide(Self.key, observed))
    let status = { observed.snapshot[.modelDeployment, Self.key]?[["status", "rollout"]] }
    #expect(status()?["percent"] == 10 && status()?["since"] == nil && Self.weights(observed)["chat"] == [90, 10])
    _ = Self.pass(&observed, minute: 3, canary: Self.figures())
    #expect(status()?["percent"] == 10 && status()?["since"] == "2026-11-21T11:03:00Z")

    // Twice another canary: nothing goes to the servers of the former, whatever was measured of them.
    Self.begin(&observed, ["canary": ["revision": .string(first), "trafficPercent": 30, "minRequests": 1]])
    _ = Self.pass(&observed, minute: 4, canary: Self.figures(failed: 50))
    #expect(Self.phase(observed) == "preparing" && Self.weights(observed).isEmpty)
    Self.begin(&observed, Self.rollout)
    _ = Self.pass(&observed, minute: 5, canary: Self.figures(failed: 50))
    #expect(Self.phase(observed) == "preparing" && Self.weights(observed).isEmpty)
    let model = observed.snapshot[.inferenceService, Self.canaryKey]?[["spec", "predictor", "model", "storageUri"]]
    #expect(model == "hf://acme/new")
    _ = Self.pass(&observed, minute: 6, canary: Self.figures())
    #expect(Self.weights(observed)["chat"] == [90, 10])
  }

  @Test("does not begin where the budget does not pay for both, and says what would")
  func budget() throws {
    var observed = try Self.observed()
    DeploymentLifecycleTests.settle(&observed)
    let cost = try #require(observed.snapshot[.modelDeployment, Self.key]?[["status", "plan", "costPerMonthUSD"]]?.double)
    DeploymentLifecycleTests.edit(&observed) { $0[["spec", "budget"]] = ["maxMonthlyUSD": .double(cost * 1.5)] }
    Self.begin(&observed, Self.rollout)
    _ = Self.pass(&observed, minute: 0)
    let refused = try #require(DeploymentLifecycleTests.condition(observed, "RolledOut"))
    #expect(refused.reason == "OverBudget" && refused.message.contains("\(cost * 2)"), "\(refused)")
    #expect(observed.snapshot[.inferenceService, Self.canaryKey] == nil && Self.weights(observed).isEmpty)
    DeploymentLifecycleTests.edit(&observed) { $0[["spec", "budget"]] = ["maxMonthlyUSD": .double(cost * 2)] }
    _ = Self.pass(&observed, minute: 1)
    #expect(observed.snapshot[.inferenceService, Self.canaryKey] != nil)
  }

  @Test("is as closed to others as the deployment's own servers")
  func access() throws {
    var observed = try Self.observed()
    DeploymentLifecycleTests.edit(&observed) { $0[["spec", "networkPolicy"]] = ["allowedNamespaces": ["monitoring"]] }
    DeploymentLifecycleTests.settle(&observed)
    Self.begin(&observed, Self.rollout)
    _ = Self.pass(&observed, minute: 0)
    let own = try #require(observed.snapshot[.networkPolicy, Self.key])
    let policy = try #require(observed.snapshot[.networkPolicy, Self.canaryKey])
    #expect(policy[["spec", "ingress"]] == own[["spec", "ingress"]])
    #expect(policy[["spec", "podSelector", "matchLabels"]] != own[["spec", "podSelector", "matchLabels"]])
    DeploymentLifecycleTests.edit(&observed) { $0[["spec", "rollout"]] = nil }
    _ = Self.pass(&observed, minute: 1)
    #expect(observed.snapshot[.networkPolicy, Self.canaryKey] == nil)
  }

  @Test("of a deployment that scales to zero has a server, and gets its part of what comes")
  func zero() throws {
    var observed = try Self.observed()
    DeploymentLifecycleTests.edit(&observed) { $0[["spec", "autoscaling"]] = ["minReplicas": 0] }
    DeploymentLifecycleTests.settle(&observed)
    Self.begin(&observed, Self.rollout)
    _ = Self.pass(&observed, minute: 0)
    #expect(observed.snapshot[.inferenceService, Self.canaryKey]?[["spec", "predictor", "minReplicas"]] == 1)
    _ = Self.pass(&observed, minute: 1, canary: Self.figures(requests: 0))
    #expect(Self.weights(observed)["chat"] == [90, 10])
    _ = Self.pass(&observed, minute: 9, canary: Self.figures(requests: 0))
    let condition = try #require(DeploymentLifecycleTests.condition(observed, "RolledOut"))
    #expect(condition.message.contains("0 requests in the last minute are too few"), "\(condition)")
  }

  @Test("an earlier revision is put back by its name, and a name that there is not is told")
  func revisions() throws {
    var observed = try Self.observed()
    DeploymentLifecycleTests.settle(&observed)
    let first = try #require(observed.snapshot[.modelDeployment, Self.key]?[["status", "revisions"]]?[0]?["name"]?.string)
    DeploymentLifecycleTests.edit(&observed) {
      $0[["spec", "model"]] = "acme/new"
      $0[["metadata", "generation"]] = 2
    }
    DeploymentLifecycleTests.settle(&observed)
    let model = { observed.snapshot[.modelDeployment, Self.key]?[["status", "plan", "model"]]?.string }
    #expect(model() == "acme/new")
    Self.begin(&observed, ["rollbackTo": "9-gone"])
    DeploymentLifecycleTests.settle(&observed)
    #expect(model() == "acme/new")
    let condition = try #require(DeploymentLifecycleTests.condition(observed, "RolledOut"))
    #expect(condition.reason == "RevisionNotFound" && condition.message.contains(first))
    Self.begin(&observed, ["rollbackTo": .string(first)])
    DeploymentLifecycleTests.settle(&observed)
    #expect(model() == KnowledgeFixture.model)
    #expect(
      observed.snapshot[.inferenceService, Self.key]?[["spec", "predictor", "model", "storageUri"]]?.string
        == "hf://\(KnowledgeFixture.model)")
    #expect(DeploymentLifecycleTests.condition(observed, "RolledOut")?.reason == "RolledBackTo")
    // What runs now is not what the spec alone would give, and a name that there is not leaves it.
    Self.begin(&observed, ["rollbackTo": "9-gone"])
    DeploymentLifecycleTests.settle(&observed)
    #expect(model() == KnowledgeFixture.model)
    #expect(DeploymentLifecycleTests.condition(observed, "RolledOut")?.reason == "RevisionNotFound")
    // As a canary, too.
    Self.begin(&observed, ["canary": ["revision": "nope", "trafficPercent": 10]])
    _ = Self.pass(&observed, minute: 1)
    #expect(DeploymentLifecycleTests.condition(observed, "RolledOut")?.reason == "RevisionNotFound")
  }
}
