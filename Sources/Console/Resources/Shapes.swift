import Intent
import Planning

/// Shapes that several resources use.
enum Shapes {
  /// Of an answer: any number.
  static let figure = Shape.number(-1e300...1e300)
  static let count = Shape.integer(0...Int(Int32.max) * 1000)
  static let sentence = Shape.text(0...4000)
  static let sentences = Shape.list(sentence, 0...1000)

  private static func number(_ field: Field) -> Shape {
    let range = field.range ?? 0...1
    return field.isCount ? .integer(Int(range.lowerBound)...Int(range.upperBound)) : .number(range)
  }

  private static func member(_ field: Field, _ summary: String) -> ObjectShape.Member {
    .init(field.path.split(separator: ".").last.map(String.init) ?? field.rawValue, number(field), summary)
  }

  /// What may be planned for: the `spec` of a ModelDeployment as far as the planner reads it.
  static let specification = Shape.reference(
    "Specification",
    .object(
      [
        .init("model", .text(1...256), "Hugging Face id or alias; left out, the planner chooses."),
        .init("useCase", .choice(UseCaseName.allCases.map(\.rawValue)), "Brings the shape of the traffic and the service level."),
        .init("traffic", traffic, "set traffic.expectedQPS or traffic.concurrentUsers", required: true),
        .init(
          "slo",
          .object([
            member(.ttftP95, "Time to the first token, ms."), member(.itlP95, "Gap between tokens, ms."),
            member(.e2eP95, "Time to the last token, ms."),
          ]), "Overrides of the use case's service level at p95, in milliseconds."),
        .init("objective", .choice(Objective.allCases.map(\.rawValue)), "What a plan is chosen for; balanced when left out."),
        .init(
          "budget",
          .object([
            member(.maxMonthlyUSD, "USD for 730 hours."), member(.maxHourlyUSD, "USD an hour."),
            .init("policy", .choice(Budget.Policy.allCases.map(\.rawValue)), "Which plan within the budget is taken."),
          ]), "The most that the plan may cost."),
        .init("planning", confidenceAndWeights, "How sure a plan must be, and what counts in its balanced score."),
        .init("pricing", pricing, "How the GPUs are paid for; list prices when left out."),
        .init(
          "hardware",
          .object([
            .init("gpuTypes", .list(.text(1...64), 0...32), "Names of accelerators, such as H100."),
            member(.maxGPUs, "GPUs of all replicas."), member(.maxTensorParallel, "GPUs of one replica."),
          ]), "What the plan may run on."),
      ],
      rules: [
        .anyOf([[["useCase"]], [["traffic", "expectedQPS"]]], message: "set useCase, which tells how many requests a user sends"),
        .anyOf(
          [[["useCase"]], [["traffic", "promptTokens"], ["traffic", "outputTokens"]]],
          message: "set useCase, or traffic.promptTokens and traffic.outputTokens"),
        .anyOf(
          [[["useCase"]], [["slo", "ttftP95"], ["slo", "itlP95"], ["slo", "e2eP95"]]],
          message: "set useCase, or slo.ttftP95, slo.itlP95 and slo.e2eP95"),
      ]))

  private static let traffic = Shape.object(
    [
      member(.expectedQPS, "Requests per second in the steady state."), member(.users, "People who use the application."),
      member(.peakQPS, "Requests per second at the peak."), member(.promptTokens, "Tokens of a typical prompt."),
      member(.outputTokens, "Tokens of a typical answer."),
    ],
    rules: [
      .exactlyOne(
        ["expectedQPS", "concurrentUsers"], message: "set exactly one of expectedQPS (requests per second) and concurrentUsers (people)")
    ])

  /// One configuration. Answers may have more members than are named here.
  static let plan = Shape.reference(
    "Plan",
    .object(
      [
        .init("model", .text(1...256), "Hugging Face id.", required: true),
        .init("accelerator", .text(1...64), "Kind of GPU.", required: true),
        .init("gpus", count, "GPUs of one replica.", required: true),
        .init("replicas", count, "For the expected rate.", required: true),
        .init("gpuCount", count, "GPUs of all replicas.", required: true),
        .init("requestsPerSecond", figure, "Of one replica.", required: true),
        .init("costPerHourUSD", figure, "USD an hour.", required: true),
        .init("costPerMonthUSD", figure, "USD for 730 hours.", required: true),
        .init("ttftP95", figure, "Time to the first token at p95, ms.", required: true),
        .init("itlP95", figure, "Gap between tokens at p95, ms.", required: true),
        .init("e2eP95", figure, "Time to the last token at p95, ms.", required: true),
        .init(
          "confidence", .choice(["benchmarked", "interpolated", "estimated"]), "How sure the figures are.", required: true),
        .init("why", sentences, "Reasons, the most important first.", required: true),
      ], isOpen: true))

  private static let rejection = Shape.object(
    [
      .init("model", .text(1...256), "Hugging Face id.", required: true),
      .init("accelerator", .text(1...64), "Kind of GPU.", required: true),
      .init("gpus", count, "GPUs of one replica.", required: true),
      .init("reason", .choice(RejectionReason.allCases.map(\.rawValue)), "The first reason found.", required: true),
      .init("sentence", sentence, "For people, with how far it is from being possible.", required: true),
    ], isOpen: true)

  /// As `podium plan -o json` prints it.
  static let planning = Shape.reference(
    "Planning",
    .object(
      [
        .init("selected", .nullable(plan), "What to run; null when nothing known can do it.", required: true),
        .init("viable", .list(plan, 0...100_000), "Everything that would do, in the order of cost.", required: true),
        .init("alternatives", .list(plan, 0...1000), "What else is worth a look, and what each trades.", required: true),
        .init(
          "rankings", .map(.list(plan, 0...Rankings.length), maximum: 20), "The best in each respect, the best first.", required: true),
        .init("rejected", .any, "How many configurations were rejected, by reason.", required: true),
        .init("rejections", .list(rejection, 0...1_000_000), "Each of them, the nearest to being possible first; when asked for."),
        .init("message", sentence, "Why there is no plan."),
        .init("relax", sentences, "What to change, the most promising first."),
      ], isOpen: true))
}
