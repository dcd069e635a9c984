import JSON
import Kubernetes
import Planning
import QoSAPI
import Scheduling
import Testing

@testable import Reconciliation

/// The plan of the fixture: H100 twice, predicted 40, 10 and 2500 ms, demanded 150, 25 and 7000.
@Suite("What callers get is compared with the plan")
struct ServiceReviewTests {
  private typealias Life = DeploymentLifecycleTests

  private static func latency(_ p95: Double, count: Int = 400, spread: Double = 0.1) -> LatencyFigures {
    LatencyFigures(
      count: count, mean: p95 / 2, p50: p95 / 2, p95: p95, p95Low: p95 * (1 - spread),
      p95High: count < 73 ? .infinity : p95 * (1 + spread))
  }

  private static func figures(
    ttft: Double = 40, itl: Double = 10, e2e: Double = 2_500, count: Int = 400, spread: Double = 0.1
  ) -> PoolFigures {
    PoolFigures(
      backends: 2, requestsPerSecond: 6,
      answers: AnswerFigures(
        ttft: latency(ttft, count: count, spread: spread), itl: latency(itl, count: count, spread: spread),
        e2e: latency(e2e, count: count, spread: spread), promptTokens: 512, outputTokens: 256, seconds: 60))
  }

  private static func running(_ figures: PoolFigures) throws -> Observed {
    var observed = try Life.observed()
    Life.settle(&observed)
    Life.serve(&observed, figures: figures)
    Life.settle(&observed)
    return observed
  }

  private static func status(_ observed: Observed, _ type: String) -> String {
    let condition = Life.condition(observed, type)
    return "\(condition?.status.rawValue ?? "-") \(condition?.reason ?? "-")"
  }

  private static func change(_ observed: inout Observed, _ figures: PoolFigures, at now: String) -> Decision {
    observed.programmed["tenant-a"]?.pools["chat"] = figures
    observed.now = now
    let decision = ModelDeploymentReconciler.decide(Life.key, observed)
    observed.snapshot.perform(decision)
    return decision
  }

  @Test(
    "A verdict needs the whole interval on one side of the target",
    arguments: [
      (40.0, 400, 0.1, "True SLOMet"), (300, 400, 0.1, "False SLOMissed"), (152, 400, 0.1, "Unknown Undecided"),
      (40, 20, 0.1, "Unknown TooFewRequests"), (300, 20, 0.1, "False SLOMissed"), (140, 400, 0.05, "True SLOMet"),
    ])
  func verdict(ttft: Double, count: Int, spread: Double, expected: String) throws {
    let observed = try Self.running(Self.figures(ttft: ttft, count: count, spread: spread))
    #expect(Self.status(observed, "SLOMet") == expected)
  }

  @Test("What is undecided leaves the last verdict as it is")
  func undecided() throws {
    for (ttft, verdict) in [(300.0, "False SLOMissed"), (40, "True SLOMet")] {
      var observed = try Self.running(Self.figures(ttft: ttft))
      _ = Self.change(&observed, Self.figures(ttft: 150), at: "2026-11-21T10:01:00Z")
      #expect(Self.status(observed, "SLOMet") == verdict)
    }
  }

  @Test("The status holds what was observed, with its cost and its ratio to the prediction")
  func status() throws {
    let observed = try Self.running(Self.figures(ttft: 50))
    let json = try #require(observed.snapshot[.modelDeployment, Life.key]?[["status", "observed"]])
    #expect(json["ttftP50"] == 25 && json["ttftP95"] == 50 && json["answers"] == 400 && json["requestsPerSecond"] == 6)
    #expect(json[["drift", "ttft"]] == 1.25 && json["at"] == "2026-11-21T10:00:00Z")
    // Two H100 at 3 USD; 6 requests of 768 tokens a second are 16,588.8 thousand tokens an hour.
    #expect(json["costPerHourUSD"] == 6)
    #expect(((json["costPerThousandTokensUSD"]?.double ?? 0) - 6 / 16_588.8).magnitude < 1e-6)
  }

  @Test("Figures that hardly move are not written, those that move by a tenth are, and all after ten minutes")
  func rarely() throws {
    var observed = try Self.running(Self.figures())
    #expect(Self.change(&observed, Self.figures(ttft: 42, itl: 10.4, count: 390), at: "2026-11-21T10:00:30Z").actions.isEmpty)
    #expect(!Self.change(&observed, Self.figures(ttft: 48), at: "2026-11-21T10:01:00Z").actions.isEmpty)
    #expect(Self.change(&observed, Self.figures(ttft: 49), at: "2026-11-21T10:10:59Z").actions.isEmpty)
    let late = Self.change(&observed, Self.figures(ttft: 49), at: "2026-11-21T10:11:00Z")
    #expect(late.actions.count == 1 && Life.events(late).isEmpty)
  }

  @Test("A miss is an event, and so is being met again")
  func events() throws {
    var observed = try Self.running(Self.figures())
    #expect(Life.events(Self.change(&observed, Self.figures(ttft: 300), at: "2026-11-21T10:01:00Z")) == ["SLOMissed"])
    #expect(Life.events(Self.change(&observed, Self.figures(ttft: 310), at: "2026-11-21T10:02:00Z")).isEmpty)
    #expect(Life.events(Self.change(&observed, Self.figures(), at: "2026-11-21T10:03:00Z")) == ["SLOMet"])
  }

  @Test("A drift is told when it has lasted five minutes, once, and when it is over")
  func drift() throws {
    let slow = Self.figures(ttft: 100, itl: 20, e2e: 5_000)
    var observed = try Self.running(slow)
    #expect(Self.status(observed, "AsPredicted") == "Unknown Deviating")
    #expect(Self.change(&observed, slow, at: "2026-11-21T10:04:59Z").actions.isEmpty)
    let told = Self.change(&observed, slow, at: "2026-11-21T10:05:00Z")
    #expect(Life.events(told) == ["SlowerThanPredicted"])
    #expect(Self.status(observed, "AsPredicted") == "False SlowerThanPredicted")
    #expect(Life.condition(observed, "AsPredicted")?.message.contains("TTFT p95 2.5 times") == true)
    #expect(Self.change(&observed, slow, at: "2026-11-21T10:06:00Z").actions.isEmpty)
    #expect(Life.events(Self.change(&observed, Self.figures(), at: "2026-11-21T10:07:00Z")) == ["AsPredicted"])
    #expect(observed.snapshot[.modelDeployment, Life.key]?[["status", "observed", "driftSince"]] == nil)
  }

  @Test("Much faster is a drift too, when everything is")
  func faster() throws {
    var observed = try Self.running(Self.figures(ttft: 20, itl: 5, e2e: 1_250))
    _ = Self.change(&observed, Self.figures(ttft: 20, itl: 5, e2e: 1_250), at: "2026-11-21T10:10:00Z")
    #expect(Self.status(observed, "AsPredicted") == "False FasterThanPredicted")
    let partly = try Self.running(Self.figures(ttft: 20))
    #expect(Self.status(partly, "AsPredicted") == "True AsPredicted")
  }

  @Test("Without traffic the last figures stay, and the verdict is unknown")
  func silence() throws {
    var observed = try Self.running(Self.figures())
    let before = observed.snapshot[.modelDeployment, Life.key]?[["status", "observed"]]
    _ = Self.change(&observed, PoolFigures(backends: 2), at: "2026-11-21T10:20:00Z")
    #expect(Self.status(observed, "SLOMet") == "Unknown NoTraffic")
    #expect(before != nil && observed.snapshot[.modelDeployment, Life.key]?[["status", "observed"]] == before)
    #expect(Self.change(&observed, PoolFigures(backends: 2), at: "2026-11-21T10:40:00Z").actions.isEmpty)
  }

  @Test("The interval of a p95 is that of its ranks, and open above for fewer than 73 answers", arguments: [(72, false), (73, true)])
  func interval(count: Int, isBounded: Bool) throws {
    let figures = try #require(LatencyFigures(count: count, mean: 1) { $0 * 100 })
    #expect(figures.p95 == 95 && figures.p95High.isFinite == isBounded)
    let many = try #require(LatencyFigures(count: 1_900, mean: 1) { $0 * 100 })
    #expect((many.p95Low - 94.02).magnitude < 0.001 && (many.p95High - 95.98).magnitude < 0.001)
    #expect(LatencyFigures(count: 0, mean: 0) { $0 } == nil)
  }
}

@Suite("A deployment teaches a row")
struct LearnedRowTests {
  private static func row(_ change: (inout PoolFigures) -> Void = { _ in }, spec: JSONValue = [:]) throws -> Benchmark? {
    var stated: JSONValue = ["useCase": "chatbot_conversational", "traffic": ["expectedQPS": 6]]
    for member in spec.object ?? [:] { stated[member.key] = member.value }
    var observed = try DeploymentLifecycleTests.observed(stated)
    DeploymentLifecycleTests.settle(&observed)
    func latency(_ p95: Double) -> LatencyFigures {
      LatencyFigures(count: 250, mean: p95 / 2, p50: p95 / 2, p95: p95, p95Low: p95, p95High: p95)
    }
    var figures = PoolFigures(
      backends: 2, requestsPerSecond: 6,
      answers: AnswerFigures(
        ttft: latency(60), itl: latency(12), e2e: latency(3_000), promptTokens: 530, outputTokens: 250, seconds: 60))
    change(&figures)
    let deployment = try #require(observed.snapshot[.modelDeployment, DeploymentLifecycleTests.key])
    return LearnedRow.row(of: deployment, figures, now: "2026-11-21T10:00:00Z")
  }

  @Test("with its day, the plan's lengths where they are about the same, and the rate of one replica")
  func row() throws {
    let row = try #require(try Self.row())
    #expect(row.kind == .learned && row.date == "2026-11-21" && row.accelerator == "H100" && row.gpus == 1)
    #expect(row.profile == TrafficProfile(promptTokens: 512, outputTokens: 256))
    #expect(row.requestsPerSecond == 3 && row.isCapacityLowerBound)
    #expect(row.ttft == .init(mean: 30, p95: 60) && row.e2e == .init(mean: 1_500, p95: 3_000))
    #expect(row.source == "observed at ModelDeployment tenant-a/chat, 250 answers")
    #expect(try Self.row { $0.answers?.promptTokens = 900.4 }?.profile == TrafficProfile(promptTokens: 900, outputTokens: 256))
  }

  @Test("but not of few answers, of hardly any load, or of simulated servers")
  func none() throws {
    #expect(try Self.row { $0.answers?.ttft?.count = 199 } == nil)
    #expect(try Self.row { $0.requestsPerSecond = 1 } == nil)
    #expect(try Self.row { $0.backends = 0 } == nil)
    #expect(try Self.row { $0.answers?.itl = nil } == nil)
    #expect(try Self.row(spec: ["serving": ["runtime": "simulator"]]) == nil)
  }

  @Test("that the planner plans with, and says so")
  func planned() throws {
    let row = try #require(try Self.row())
    let knowledge = KnowledgeFixture.knowledge.with(benchmarks: [row])
    let request = PlanRequest(workload: Workload(useCase: "chatbot_conversational", expectedQPS: 2))
    let plan = try #require(try Planner.plan(request, knowledge: knowledge).plan)
    #expect(plan.basis == .learned && plan.predicted == ServiceLevel(ttft: 60, itl: 12, e2e: 3_000))
  }
}

@Suite("A plan sets where limits and baselines begin")
struct PlannedStartTests {
  @Test("from the row's means, else by Little's law from the prediction")
  func start() throws {
    var observed = try DeploymentLifecycleTests.observed()
    DeploymentLifecycleTests.settle(&observed)
    func pool() -> PoolPolicy? {
      PolicyCompiler.compile(namespace: "tenant-a", snapshot: observed.snapshot, settings: observed.settings).traffic.pools.first
    }
    // 4 requests/s for 2.5 s each.
    #expect(pool()?.start == PlannedStart(concurrency: 10, serviceTime: .milliseconds(2_500)))
    let revision = PolicyCompiler.compile(namespace: "tenant-a", snapshot: observed.snapshot, settings: observed.settings).traffic.revision
    DeploymentLifecycleTests.edit(&observed) { $0[["status", "plan", "typical"]] = ["batch": 22.5, "ttft": 100, "itl": 10] }
    #expect(pool()?.start == PlannedStart(concurrency: 23, serviceTime: .milliseconds(2_650)))
    #expect(
      PolicyCompiler.compile(namespace: "tenant-a", snapshot: observed.snapshot, settings: observed.settings).traffic.revision != revision)
    DeploymentLifecycleTests.edit(&observed) { $0["status"] = nil }
    #expect(pool() != nil && pool()?.start == nil)
  }
}
