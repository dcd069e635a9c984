import Intent
import KnowledgeBase
import Planning
import Testing

@Suite("Answers to questions")
struct AnswerTests {
  let knowledge: Knowledge

  init() throws { knowledge = try KnowledgeBase.shared.get() }

  private func take(_ answer: String, _ field: Field) -> Understanding? {
    var understanding = Understanding()
    return Answer.take(answer, for: field, in: &understanding, knowledge: knowledge) ? understanding : nil
  }

  @Test(
    "Nobody has to know",
    arguments: ["", "  ", "I don't know", "i don\u{2019}t know.", "IDK", "not sure", "skip", "?", "no idea", "you decide"],
    [Field.useCase, .users, .priority, .maxMonthlyUSD])
  func unknown(answer: String, field: Field) {
    let understanding = take(answer, field)
    #expect(understanding?.unknown == [field])
    #expect(understanding?.inOrder.isEmpty == true)
  }

  @Test(
    "A choice is a number, a name, or words",
    arguments: [
      ("1", Field.useCase, "chatbot_conversational"), ("9", .useCase, "research_legal_analysis"),
      ("code completion", .useCase, "code_completion"),
      ("Code_Completion", .useCase, "code_completion"), ("it translates emails", .useCase, "translation"), ("3", .priority, "latency"),
      ("cost", .priority, "cost"), ("as fast as possible", .priority, "latency"), ("the best answers", .priority, "accuracy"),
    ])
  func choice(answer: String, field: Field, value: String) {
    #expect(take(answer, field)?.text(field) == value)
  }

  @Test(
    "A load is people or requests",
    arguments: [
      ("500", Field.users, 500.0), ("about 1.5k people", .users, 1500), ("two thousand", .users, 2000),
      ("5 requests per second", .expectedQPS, 5),
      ("120 rpm", .expectedQPS, 2), ("team of 12", .users, 12),
    ])
  func load(answer: String, field: Field, value: Double) {
    #expect(take(answer, .users)?.number(field) == value)
  }

  @Test(
    "A budget is a month's or an hour's",
    arguments: [
      ("5000", Field.maxMonthlyUSD, 5000.0), ("$5k", .maxMonthlyUSD, 5000), ("10 USD an hour", .maxHourlyUSD, 10),
      ("60k a year", .maxMonthlyUSD, 5000),
    ])
  func budget(answer: String, field: Field, value: Double) {
    #expect(take(answer, .maxMonthlyUSD)?.number(field) == value)
  }

  @Test("No limit is an answer", arguments: ["no limit", "None", "unlimited"])
  func noLimit(answer: String) {
    #expect(take(answer, .maxMonthlyUSD)?.inOrder.isEmpty == true)
  }

  @Test(
    "What makes no sense is not taken",
    arguments: [
      ("purple", Field.users), ("-5", .users), ("0", .users), ("10", .useCase), ("xyzzy", .useCase), ("7", .priority),
      ("soon", .maxMonthlyUSD),
    ])
  func nonsense(answer: String, field: Field) {
    #expect(take(answer, field) == nil)
  }

  @Test("An answer may say more than was asked")
  func more() throws {
    let understanding = try #require(take("500 users, and it must be cheap", .users))
    #expect(understanding.number(.users) == 500)
    #expect(understanding.priority == .cost)
    #expect(understanding[.users]?.origin == .answer)
  }
}
