import Foundation
import ModelClients
import Routing
import Scheduling

/// Gives prompts to models, one after another until one answers.
///
///     choose ─▶ admit (limits, budget) ─▶ ask ─┬─▶ settle, learn ─▶ answer
///                                       ▲      │ failed, and somebody else may be asked
///                                       └──────┘
package struct RequestAnswerer: Sendable {
  private let orchestrator: Orchestrator
  private let board: LiveBoard
  private let places: ModelPlaces
  private let now: @Sendable () -> SpendingControl.Moment
  /// Uniform in 0 ..< 1.
  private let random: @Sendable () -> Double
  private let onDecision: @Sendable (Orchestrator.Decision, Int) -> Void
  private let onOutcome: @Sendable (RequestOutcome) -> Void

  /// While somebody else could be asked, an attempt may take so many times what such an answer usually takes, and at least ``leastPatience``:
  /// a server that accepts and never answers must not take a request with it. The last candidate may take as long as the caller waits.
  private static let (patienceFactor, leastPatience) = (10.0, 30.0)

  package init(
    _ orchestrator: Orchestrator, _ board: LiveBoard, _ places: ModelPlaces, now: @escaping @Sendable () -> SpendingControl.Moment,
    random: @escaping @Sendable () -> Double, onDecision: @escaping @Sendable (Orchestrator.Decision, Int) -> Void = { _, _ in },
    onOutcome: @escaping @Sendable (RequestOutcome) -> Void = { _ in }
  ) {
    self.orchestrator = orchestrator
    self.board = board
    self.places = places
    self.now = now
    self.random = random
    self.onDecision = onDecision
    self.onOutcome = onOutcome
  }

  package func answer(_ request: RoutedRequest) async throws(RoutingFailure) -> RoutedAnswer {
    var task = request.task
    task.promptTokens = task.promptTokens ?? RoutedRequest.tokens(request.prompt)
    let began = now().monotonic
    let decision = orchestrator.select(task)
    onDecision(decision, Int(now().monotonic.since(began) / .milliseconds(1)))
    let chain = decision.chain.filter { places.clients[$0.backend] != nil }
    guard !chain.isEmpty else { throw .nobody(decision) }
    let permit = try admit(decision, chain)
    let started = now()
    var journey = Journey(decision: decision, chain: chain, permit: permit, started: started)
    do throws(RoutingFailure) {
      let answer = try await ask(request, &journey)
      finish(journey, .success(answer))
      return answer
    } catch {
      finish(journey, .failure(error))
      throw error
    }
  }

  /// Holds the dearest that an answer of anybody in the chain can be.
  private func admit(_ decision: Orchestrator.Decision, _ chain: [Failover.Attempt]) throws(RoutingFailure) -> SpendingControl.Permit {
    let (task, catalog, now) = (decision.request, orchestrator.catalog, now())
    let dearest = chain.map { Self.cost(catalog.models[$0.model].price, task, nil) }.max() ?? 0
    let tokens = task.countedPromptTokens + task.countedAnswerTokens
    let admission = orchestrator.spending { $0.admit(tokens: tokens, cost: USD(dearest), for: Payer(task), at: now) }
    guard case .admitted(let permit) = admission else { throw .notAdmitted(admission) }
    return permit
  }

  private func ask(_ request: RoutedRequest, _ journey: inout Journey) async throws(RoutingFailure) -> RoutedAnswer {
    var failover = Failover(journey.chain)
    while request.retries.map({ journey.failed.count <= $0 }) ?? true, let attempt = board.next(&failover) {
      let began = now()
      do throws(ModelCallError) {
        let answer = try await client(attempt).ask(call(request, attempt, journey))
        let seconds = now().monotonic.seconds(since: began.monotonic)
        board.answered(failover, attempt, task: journey.task, seconds: seconds, random: random())
        orchestrator.learn(model: attempt.model, task: journey.task, reward: 1)
        return RoutedAnswer(
          decision: journey.decision, model: attempt.model, backend: attempt.backend, answer: answer,
          fallbackUsed: attempt.isFallback || journey.decision.selection.fallbackUsed, isDegraded: attempt.isDegraded,
          failed: journey.failed, seconds: now().monotonic.seconds(since: journey.started.monotonic),
          cost: Self.cost(orchestrator.catalog.models[attempt.model].price, journey.decision.request, answer))
      } catch {
        board.failed(&failover, attempt, error.failure, random: random())
        if error.failure == .cancelled { throw .cancelled }
        orchestrator.learn(model: attempt.model, task: journey.task, reward: error.failure.mayAskAnother ? 0 : 1)
        let failed = FailedAttempt(model: attempt.model, backend: attempt.backend, error: error)
        journey.failed.append(failed)
        if let timeout = request.timeout, now().monotonic.since(journey.started.monotonic) >= timeout {
          throw .timedOut(journey.decision, journey.failed)
        }
        if !error.failure.mayAskAnother { throw .refused(journey.decision, failed) }
      }
    }
    throw .exhausted(journey.decision, journey.failed)
  }

  private func client(_ attempt: Failover.Attempt) throws(ModelCallError) -> any ModelClient {
    guard let client = places.clients[attempt.backend] else { throw ModelCallError(.backend(.connect), "nobody said how it is reached") }
    return client
  }

  private func call(_ request: RoutedRequest, _ attempt: Failover.Attempt, _ journey: Journey) -> ModelCall {
    let spent = Duration.seconds(now().monotonic.seconds(since: journey.started.monotonic))
    let left = request.timeout.map { max($0 - spent, .milliseconds(1)) }
    var patience: Duration?
    if journey.failed.count + 1 < journey.chain.count {
      let usual = journey.decision.selection.ranked.first { $0.model == attempt.model }?.expectedSeconds ?? 0
      patience = .seconds(max(Self.leastPatience, usual * Self.patienceFactor))
    }
    return ModelCall(
      model: orchestrator.catalog.backends[attempt.backend].backend.model, task: journey.task, prompt: request.prompt,
      maxTokens: request.task.maxTokens ?? heldTokens(journey), temperature: request.temperature,
      timeout: [left, patience].compactMap(\.self).min())
  }

  /// Where money or tokens are counted, no answer may be longer than what was held for it.
  private func heldTokens(_ journey: Journey) -> Int? {
    let isCounted = !orchestrator.configuration.budgets.isEmpty || !orchestrator.configuration.limits.isEmpty
    return isCounted && journey.task.isGenerative ? journey.decision.request.countedAnswerTokens : nil
  }

  private func finish(_ journey: Journey, _ result: Result<RoutedAnswer, RoutingFailure>) {
    let moment = now()
    var (cost, tokens) = (0.0, 0)
    if case .success(let answer) = result {
      cost = answer.cost
      tokens = (answer.answer.promptTokens ?? journey.decision.request.countedPromptTokens) + (answer.answer.answerTokens ?? 0)
    }
    let passed = orchestrator.spending { spending in spending.settle(journey.permit, tokens: tokens, cost: USD(cost), at: moment) }
    onOutcome(
      RequestOutcome(
        decision: journey.decision, result: result, failed: journey.failed,
        seconds: moment.monotonic.seconds(since: journey.started.monotonic), passedBudgets: passed))
  }

  /// - Parameter answer: What the server counted; `nil` for the dearest that an answer can be.
  private static func cost(_ price: TokenPrice, _ request: TaskRequest, _ answer: ModelAnswer?) -> Double {
    price.cost(
      prompt: answer?.promptTokens ?? request.countedPromptTokens, answer: answer?.answerTokens ?? request.countedAnswerTokens)
  }

  private struct Journey {
    let decision: Orchestrator.Decision
    let chain: [Failover.Attempt]
    let permit: SpendingControl.Permit
    let started: SpendingControl.Moment
    var failed: [FailedAttempt] = []
    var task: TaskType { decision.request.task }
  }
}

/// What became of a request, for records and events.
package struct RequestOutcome: Sendable {
  package var decision: Orchestrator.Decision
  package var result: Result<RoutedAnswer, RoutingFailure>
  package var failed: [FailedAttempt]
  package var seconds: Double
  /// That passed their warning threshold with this request.
  package var passedBudgets: [SpendingLedger.Balance]
}
