import Intent
import JSON
import Routing

/// `POST /api/v1/ai/select-model`: which model for a task, and why.
enum SelectModelResource {
  /// - Parameter onDecision: Told of each choice and the milliseconds that it took.
  static func post(_ orchestrator: Orchestrator, onDecision: (@Sendable (Orchestrator.Decision, Int) -> Void)? = nil) -> Operation {
    Operation(
      post: "/api/v1/ai/select-model", id: "selectModel",
      "Choose a model for a task by its facts, by how it is at the moment, and by the operator's rules; nothing is sent to it.", body: body,
      example: ["taskType": "completion", "requirements": ["complexity": "moderate", "priority": "normal"]], answer: answer,
      problems: [.contradiction, .noModelAvailable]
    ) { call in
      let request = TaskRequest(body: call.body)
      let start = ContinuousClock.now
      let decision = orchestrator.select(request, excluding: call.body["exclude"]?.strings ?? [])
      onDecision?(decision, Int((ContinuousClock.now - start) / .milliseconds(1)))
      guard let json = SelectionReport.json(decision) else {
        throw ConsoleProblem(nobody: decision)
      }
      return json
    }
  }

  private static func choice<Value: RawRepresentable<String> & CaseIterable>(_ type: Value.Type) -> Shape {
    .choice(type.allCases.map(\.rawValue))
  }

  static let requirements: [ObjectShape.Member] = [
    .init("complexity", choice(TaskComplexity.self), "How hard the task is; moderate when left out."),
    .init("priority", choice(TaskPriority.self), "How much haste it has; normal when left out."),
    .init("maxTokens", .integer(1...10_000_000), "The most tokens that the answer may have."),
    .init("costLimit", .number(0...1_000_000), "The most that the request may cost, in US dollars. Never relaxed."),
    .init(
      "qualityRequirement", choice(QualityTier.self),
      "The least quality. Lowered by as few tiers as possible when nothing has it, and then the answer says that it is degraded."),
    .init("promptTokens", .integer(0...100_000_000), "Tokens of the prompt, when they are known."),
    .init("capabilities", .list(.text(1...256), 0...64), "What the model must be able to do. Never relaxed."),
  ]

  private static let body = Shape.reference(
    "ModelSelectionRequest",
    .object([
      .init("taskType", choice(TaskType.self), "what the request is for", required: true),
      .init("requirements", .object(requirements), "Within which bounds."),
      .init("exclude", .list(.text(1...256), 0...100), "Names of models that must not be chosen."),
      .init("tenant", .text(1...256), "Who asks, for the operator's rules."), .init("team", .text(1...256), "The same, for a team."),
    ]))

  private static let terms = Shape.object([
    .init("quality", .number(0...1), "How good it is at such tasks.", required: true),
    .init("latency", .number(0...1), "1 at once, ½ at the time that such tasks usually may take.", required: true),
    .init("cost", .number(0...1), "1 for nothing, ½ at the catalogue's median price.", required: true),
    .init("headroom", .number(0...1), "The part of its room that is free.", required: true),
  ])

  private static let candidate = Shape.object(
    [
      .init("model", .text(1...256), "Its name.", required: true),
      .init("backend", Shapes.sentence, "Where it would be asked.", required: true),
      .init("score", Shapes.figure, "The mean of the terms by their weights, times the factors of rules.", required: true),
      .init("terms", terms, "The parts of the score.", required: true),
      .init("estimatedCostUSD", Shapes.figure, "An estimate, for the longest answer that is allowed.", required: true),
      .init("expectedSeconds", Shapes.figure, "Until the last token, waiting included.", required: true),
      .init("latencyMeasured", .boolean, "Or assumed from its speed class.", required: true),
    ], isOpen: true)

  private static let rejection = Shape.object(
    [
      .init("model", .text(1...256), "Its name.", required: true),
      .init("reason", .choice(ModelRejection.Reason.names), "The first reason found.", required: true),
      .init("sentence", Shapes.sentence, "For people, with how far it missed.", required: true),
    ], isOpen: true)

  static let systemMetrics = Shape.object(
    [
      .init("memoryPressure", .nullable(.number(0...1)), "Of this host; null when nobody measures it.", required: true),
      .init("availableMemoryGb", .nullable(Shapes.figure), "GB that could be given out without swapping.", required: true),
      .init("cpuUsage", .nullable(.number(0...1)), "Share of the processors' time.", required: true),
    ], isOpen: true)

  private static let modelInfo = Shape.object(
    [
      .init("capabilities", .list(.text(1...256), 0...ModelCatalog.maximumCapabilities), "What it can do.", required: true),
      .init("speed", choice(SpeedClass.self), "How fast it usually answers.", required: true),
      .init("quality_tier", choice(QualityTier.self), "How good its answers are.", required: true),
    ], isOpen: true)

  private static let relaxation = Shape.object(
    [
      .init("what", .choice(["quality", "task"]), "Which requirement.", required: true),
      .init("needed", Shapes.sentence, "What was asked for.", required: true), .init("has", Shapes.sentence, "What the model is."),
    ], isOpen: true)

  private static let names = Shape.list(.text(1...256), 0...ModelCatalog.maximumModels)

  private static let answer = Shape.reference(
    "ModelSelection",
    .object(
      [
        .init("requestId", .text(1...100), "Of this decision.", required: true),
        .init("selectedModel", .text(1...256), "The model to ask.", required: true),
        .init("taskType", choice(TaskType.self), "As it was asked for.", required: true),
        .init(
          "fallbackUsed", .boolean, "Not the first choice: degraded, or in place of a better one that cannot be asked now.", required: true),
        .init("alternatives", names, "Models to ask next, the best first.", required: true),
        .init("systemMetrics", systemMetrics, "Of the host, when the choice was made.", required: true),
        .init("modelInfo", modelInfo, "Of the selected model.", required: true),
        .init("degraded", .boolean, "Less than what was asked for.", required: true),
        .init("relaxed", .list(relaxation, 0...10), "What was given up.", required: true),
        .init("insteadOf", .nullable(.text(1...256)), "A better model that cannot be asked at the moment.", required: true),
        .init("explored", .boolean, "Picked by chance, to learn what it is worth.", required: true),
        .init("reasons", Shapes.sentences, "Why this one, the most important reason first.", required: true),
        .init("candidates", .list(candidate, 0...ModelCatalog.maximumModels), "All that can answer, the best first.", required: true),
        .init("rejected", .list(rejection, 0...ModelCatalog.maximumModels), "All others, and why.", required: true),
        .init("failedRules", names, "Rules that failed while they were evaluated, and were skipped.", required: true),
      ], isOpen: true))
}

extension TaskRequest {
  /// From a body that has the shape of a selection.
  init(body: JSONValue) {
    self.init(body["taskType"]?.string.flatMap(TaskType.init(rawValue:)) ?? .completion)
    let requirements = body["requirements"]
    complexity = requirements?["complexity"]?.string.flatMap(TaskComplexity.init(rawValue:)) ?? .moderate
    priority = requirements?["priority"]?.string.flatMap(TaskPriority.init(rawValue:)) ?? .normal
    quality = requirements?["qualityRequirement"]?.string.flatMap(QualityTier.init(rawValue:))
    costLimitUSD = requirements?["costLimit"]?.double
    maxTokens = requirements?["maxTokens"]?.int
    promptTokens = requirements?["promptTokens"]?.int
    capabilities = requirements?["capabilities"]?.strings ?? []
    tenant = body["tenant"]?.string ?? ""
    team = body["team"]?.string ?? ""
  }
}

extension ConsoleProblem {
  /// No model can answer: 503 when one could at another time, 409 when what was asked for cannot be had together.
  init(nobody decision: Orchestrator.Decision) {
    let rejected = decision.selection.rejected
    let passing = rejected.filter(\.reason.isPassing)
    let errors = (passing + rejected.filter { !$0.reason.isPassing }).prefix(Shape.maximumProblems).map {
      ShapeProblem("requirements", SelectionReport.short(decision.router.sentence(for: $0, request: decision.request)))
    }
    if passing.isEmpty {
      self.init(.contradiction, "No model of the catalogue can do this; errors says why for each.", errors: Array(errors))
    } else {
      self.init(
        .noModelAvailable, "No model can answer at the moment; errors says why for each.", errors: Array(errors),
        headers: [("Retry-After", "5")])
    }
  }
}
