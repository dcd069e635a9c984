/// Something that the text leaves open, with what may be answered and what is taken otherwise.
package struct Question: Sendable, Hashable {
  package struct Choice: Sendable, Hashable {
    /// What to answer.
    package var value: String
    package var title: String
  }

  package var field: Field
  package var text: String
  /// Empty where any number is an answer.
  package var choices: [Choice]
  /// Answers that are numbers, for people to see what is meant.
  package var examples: [String]
  /// What is taken when the answer is "I don't know".
  package var defaultValue: String
  package var defaultTitle: String

  /// What is missing in `understanding`, the most important first. What the user said not to know is not asked.
  package static func missing(in understanding: Understanding) -> [Question] {
    var questions: [Question] = []
    let useCase = understanding[.useCase]
    if useCase == nil || (useCase?.confidence == .low && useCase?.origin == .rules) { questions.append(.useCase(useCase?.text)) }
    if ![Field.users, .expectedQPS, .peakQPS].contains(where: { understanding[$0] != nil }) { questions.append(.load) }
    if understanding[.priority] == nil, understanding.text(.budgetPolicy) == nil { questions.append(.priority) }
    if ![Field.maxMonthlyUSD, .maxHourlyUSD, .budgetPolicy].contains(where: { understanding[$0] != nil }) { questions.append(.budget) }
    return questions.filter { !understanding.unknown.contains($0.field) }
  }

  private static func useCase(_ guess: String?) -> Question {
    let taken = guess.flatMap(UseCaseName.init(rawValue:)) ?? .chatbotConversational
    return Question(
      field: .useCase, text: "What will it do?",
      choices: UseCaseName.allCases.map { Choice(value: $0.rawValue, title: $0.title) }, examples: [],
      defaultValue: taken.rawValue, defaultTitle: taken.title)
  }

  private static let load = Question(
    field: .users, text: "How many people will use it, or how many requests come per second?", choices: [],
    examples: ["100 users", "10,000 users", "5 requests per second"], defaultValue: "100 users", defaultTitle: "100 users")

  private static let priority = Question(
    field: .priority, text: "What matters most?",
    choices: [
      Choice(value: "balanced", title: "a balance of all"), Choice(value: "cost", title: "the lowest cost"),
      Choice(value: "latency", title: "the fastest answers"), Choice(value: "accuracy", title: "the best answers"),
      Choice(value: "simplicity", title: "the fewest GPUs to operate"),
    ], examples: [], defaultValue: "balanced", defaultTitle: "a balance of all")

  private static let budget = Question(
    field: .maxMonthlyUSD, text: "What may it cost at most?", choices: [Choice(value: "no limit", title: "no limit")],
    examples: ["5,000 USD a month", "10 USD an hour"], defaultValue: "no limit", defaultTitle: "no limit")
}
