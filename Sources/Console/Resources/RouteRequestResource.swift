import Intent
import JSON
import Routing

/// `POST /api/v1/ai/route-request`: an answer to a prompt, from whichever model is best.
enum RouteRequestResource {
  static func post(_ answerer: RequestAnswerer, _ catalog: ModelCatalog) -> Operation {
    Operation(
      post: "/api/v1/ai/route-request", id: "routeRequest",
      "Give a prompt to the model that is best for the task; when one fails, the next is asked.", body: body,
      example: ["taskType": "completion", "prompt": "Hello, world!", "requirements": ["maxTokens": 50]], answer: answer,
      problems: [.contradiction, .noModelAvailable, .tooManyRequests, .overBudget, .timedOut, .badGateway]
    ) { call in
      let body = call.body
      let request = RoutedRequest(
        task: TaskRequest(body: body), prompt: body["prompt"]?.string ?? "", temperature: body["requirements"]?["temperature"]?.double,
        retries: body["retryAttempts"]?.int, timeout: body["timeoutMs"]?.int.map { .milliseconds($0) })
      do throws(RoutingFailure) {
        return report(try await answerer.answer(request), catalog)
      } catch {
        throw ConsoleProblem(error, catalog)
      }
    }
  }

  private static func report(_ routed: RoutedAnswer, _ catalog: ModelCatalog) -> JSONValue {
    let name = catalog.models[routed.model].name
    let prompt = routed.decision.request.countedPromptTokens
    return [
      "requestId": .string(routed.decision.id), "selectedModel": .string(name), "response": .string(routed.answer.text),
      "fallbackUsed": .bool(routed.fallbackUsed), "degraded": .bool(routed.isDegraded),
      "metrics": [
        "responseTimeMs": JSONValue(Int(routed.seconds * 1000)),
        "memoryPressure": routed.decision.live.host.memoryPressure.map { .double($0) } ?? .null, "modelUsed": .string(name),
        "tokensGenerated": routed.answer.answerTokens.map { JSONValue($0) } ?? .null,
        "promptTokens": JSONValue(routed.answer.promptTokens ?? prompt), "promptTokensEstimated": .bool(routed.answer.promptTokens == nil),
        "costUSD": .double(routed.cost), "backend": .string(catalog.backends[routed.backend].backend.name),
        "attempts": JSONValue(routed.failed.count + 1),
      ],
      "failed": .array(routed.failed.map { failed($0, catalog) }),
    ]
  }

  static func failed(_ attempt: FailedAttempt, _ catalog: ModelCatalog) -> JSONValue {
    [
      "model": .string(catalog.models[attempt.model].name), "backend": .string(catalog.backends[attempt.backend].backend.name),
      "error": .string(RequestJournal.word(attempt.error.failure)), "sentence": .string(SelectionReport.short("\(attempt.error)")),
    ]
  }

  private static let body = Shape.reference(
    "RoutedRequest",
    .object([
      .init("taskType", .choice(TaskType.allCases.map(\.rawValue)), "what the request is for", required: true),
      .init("prompt", .text(1...200_000), "What is asked.", required: true),
      .init(
        "requirements",
        .object(SelectModelResource.requirements + [.init("temperature", .number(0...2), "How much chance there is in the answer.")]),
        "Within which bounds."),
      .init("retryAttempts", .integer(0...100), "How often somebody else is asked; while a candidate remains when left out."),
      .init("timeoutMs", .integer(1000...3_600_000), "For all of it; as long as it takes when left out."),
      .init("tenant", .text(1...256), "Who asks, for rules, budgets and limits."), .init("team", .text(1...256), "The same, for a team."),
    ]))

  private static let failedShape = Shape.object(
    [
      .init("model", .text(1...256), "Who was asked.", required: true), .init("backend", Shapes.sentence, "And where.", required: true),
      .init("error", .text(1...64), "The kind of failure.", required: true),
      .init("sentence", Shapes.sentence, "For people.", required: true),
    ], isOpen: true)

  private static let answer = Shape.reference(
    "RoutedAnswer",
    .object(
      [
        .init("requestId", .text(1...100), "Of this request.", required: true),
        .init("selectedModel", .text(1...256), "The model that answered.", required: true),
        .init("response", .text(0...10_000_000), "Its answer; of an embedding its numbers as JSON.", required: true),
        .init("fallbackUsed", .boolean, "Not the model and backend that were chosen first.", required: true),
        .init("degraded", .boolean, "Less than what was asked for.", required: true),
        .init(
          "metrics",
          .object(
            [
              .init("responseTimeMs", .integer(0...Int(Int32.max)), "From the first attempt to the answer.", required: true),
              .init("memoryPressure", .nullable(.number(0...1)), "Of this host; null when nobody measures it.", required: true),
              .init("modelUsed", .text(1...256), "The model that answered.", required: true),
              .init("tokensGenerated", .nullable(Shapes.count), "As the server counted; null when it did not say.", required: true),
              .init("promptTokens", Shapes.count, "As the server counted, or estimated.", required: true),
              .init("promptTokensEstimated", .boolean, "The server did not say.", required: true),
              .init("costUSD", Shapes.figure, "From prices and tokens.", required: true),
              .init("backend", Shapes.sentence, "Where it was asked.", required: true),
              .init("attempts", .integer(1...100_000), "How many were asked.", required: true),
            ], isOpen: true), "What it took.", required: true),
        .init("failed", .list(failedShape, 0...100_000), "Who was asked before, and failed.", required: true),
      ], isOpen: true))
}

extension ConsoleProblem {
  init(_ failure: RoutingFailure, _ catalog: ModelCatalog) {
    func problems(_ attempts: [FailedAttempt]) -> [ShapeProblem] {
      attempts.suffix(Shape.maximumProblems).map { attempt in
        ShapeProblem(
          "",
          SelectionReport.short(
            "\(catalog.models[attempt.model].name) at \(catalog.backends[attempt.backend].backend.name) \(attempt.error)"))
      }
    }
    switch failure {
    case .nobody(let decision): self.init(nobody: decision)
    case .exhausted(_, let attempts):
      self.init(.badGateway, "Nobody who was asked gave an answer; errors says why for each.", errors: problems(attempts))
    case .timedOut(_, let attempts):
      self.init(.timedOut, "There was no answer within timeoutMs; errors says who was asked.", errors: problems(attempts))
    case .refused(_, let attempt):
      self.init(.invalidRequest, "The model's server says that the request is wrong; errors says why.", errors: problems([attempt]))
    case .cancelled: self.init(.failed, "The caller went away.")
    case .notAdmitted(let admission): self.init(admission)
    }
  }

  private init(_ admission: SpendingControl.Admission) {
    switch admission {
    case .limited(let wait, let limit):
      let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
      self.init(
        .tooManyRequests, "Too much was used at once by this \(limit.rule.scope.rawValue); there is enough again in \(seconds) s.",
        headers: [("Retry-After", "\(seconds)")])
    case .tooLarge(let limit):
      self.init(
        .tooManyRequests,
        "The request may use more tokens than this \(limit.rule.scope.rawValue) may in a minute; send less, or ask for fewer with "
          + "requirements.maxTokens.")
    case .overBudget(let balance):
      self.init(
        .overBudget,
        "The budget of \(balance.budget.limit.dollars) USD a \(balance.budget.period.rawValue) of this \(balance.budget.rule.scope.rawValue) "
          + "has \((balance.budget.limit - balance.spent - balance.held).dollars) USD left, less than the request may cost.")
    case .full, .admitted:
      self.init(.noModelAvailable, "More requests are under way than are kept count of.", headers: [("Retry-After", "1")])
    }
  }
}
