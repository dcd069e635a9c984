import Console
import JSON
import Routing
import Scheduling
import Testing

@Suite("The orchestrator under many at once")
struct OrchestratorTests {
  static func configuration(_ change: (inout RoutingConfiguration) -> Void = { _ in }) -> RoutingConfiguration {
    var models: [ModelFacts] = []
    for (name, quality) in [("a", 0.8), ("b", 0.5), ("c", 0.2)] {
      var facts = ModelFacts(name: name, contextWindow: 8192, tier: .good, backends: [ModelBackend(kind: .pool, pool: name, model: name)])
      facts.tasks[.completion] = TaskQuality(score: quality)
      models.append(facts)
    }
    var configuration = RoutingConfiguration(models: models)
    change(&configuration)
    return configuration
  }

  @Test("Budgets and limits are exact however many ask at once")
  func exact() async {
    let orchestrator = Orchestrator(
      Self.configuration {
        $0.budgets = [SpendingBudget(.tenant, "*", limit: USD(1), period: .month)]
        $0.limits = [UsageLimit(.key, "*", requestsPerMinute: 70)]
      }, newRequestID: { "id" })
    let moment = SpendingControl.Moment(monotonic: .zero, unix: 1_700_000_000)
    let admitted = await withTaskGroup(of: [String: Int].self) { group in
      for task in 0..<16 {
        group.addTask {
          var counts: [String: Int] = [:]
          for index in 0..<50 {
            // Tenant 0 has money for 100 of a cent each, by two keys that have 70 requests each; tenant 1 has one key.
            let payer = Payer(tenant: "t\(task % 2)", key: task % 2 == 0 ? "k\(index % 2)" : "k2")
            let answer = orchestrator.spending { $0.admit(tokens: 10, cost: USD(0.01), for: payer, at: moment) }
            if case .admitted = answer { counts[payer.tenant, default: 0] += 1 }
          }
          return counts
        }
      }
      return await group.reduce(into: [:]) { sum, counts in sum.merge(counts, uniquingKeysWith: +) }
    }
    #expect(admitted == ["t0": 100, "t1": 70])
  }

  @Test("A refusal by the budget takes nothing from the limit, and a cancelled request gives both back")
  func givesBack() throws {
    let orchestrator = Orchestrator(
      Self.configuration {
        $0.budgets = [SpendingBudget(.key, "*", limit: USD(1), period: .day, warnAt: 0.5)]
        $0.limits = [UsageLimit(.key, "*", requestsPerMinute: 2)]
      }, newRequestID: { "id" })
    let (moment, payer) = (SpendingControl.Moment(monotonic: .zero, unix: 0), Payer(key: "k"))
    orchestrator.spending { control in
      for _ in 0..<5 {
        guard case .overBudget(let balance) = control.admit(tokens: 1, cost: USD(2), for: payer, at: moment) else {
          Issue.record("a request over the budget was admitted")
          return
        }
        #expect(balance.spent == .zero)
      }
      guard case .admitted(let first) = control.admit(tokens: 1, cost: USD(1), for: payer, at: moment) else {
        Issue.record("a request within the budget was refused")
        return
      }
      control.cancel(first, at: moment)
      guard case .admitted(let second) = control.admit(tokens: 1, cost: USD(1), for: payer, at: moment) else {
        Issue.record("a cancelled request gave nothing back")
        return
      }
      #expect(control.settle(second, tokens: 1, cost: USD(0.5), at: moment).map(\.name) == ["k"])
      #expect(control.ledger.balances(of: payer, now: 0).map(\.held) == [.zero])
    }
  }

  @Test("Without learning nothing is tried by chance; with it, the same seed tries the same, and outcomes count")
  func learning() {
    let plain = Orchestrator(Self.configuration(), newRequestID: { "id" })
    for _ in 0..<200 {
      let decision = plain.select(TaskRequest(.completion))
      #expect(decision.pick == nil && decision.selection.chosen?.model == 0)
    }
    func chosen(_ seed: UInt64) -> [Int?] {
      let orchestrator = Orchestrator(
        Self.configuration { $0.learning = LearningSettings(exploration: 0.3) }, seed: seed, newRequestID: { "id" })
      return (0..<300).map { _ in orchestrator.select(TaskRequest(.completion)).selection.chosen?.model }
    }
    #expect(chosen(7) == chosen(7) && chosen(7) != chosen(8) && Set(chosen(7)) == [0, 1, 2])

    let learner = Orchestrator(
      Self.configuration { $0.learning = LearningSettings(exploration: 0, priorOutcomes: 1) }, newRequestID: { "id" })
    for _ in 0..<50 {
      learner.learn(model: 0, task: .completion, reward: 0)
      learner.learn(model: 1, task: .completion, reward: 1)
    }
    #expect(learner.select(TaskRequest(.completion)).selection.chosen?.model == 1)
  }

  @Test("A decision knows whom to ask next")
  func chain() {
    let decision = Orchestrator(Self.configuration(), newRequestID: { "id" }).select(TaskRequest(.completion))
    #expect(decision.chain.map(\.model) == [0, 1, 2] && decision.chain.allSatisfy { !$0.isDegraded })
  }
}
