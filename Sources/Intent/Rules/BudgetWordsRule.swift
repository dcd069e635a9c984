/// Budgets without a number: `no budget limit`, `money is no object`, `strict budget`, `some flexibility`.
enum BudgetWordsRule {
  private static let lexicon = Lexicon<String>([
    (
      "none",
      [
        "no budget limit", "no budget constraint", "no budget constraints", "no budget", "no limit on budget", "no cost limit",
        "unlimited budget", "budget is unlimited", "budget unlimited", "budget is no object", "money is no object", "money no object",
        "cost is no object", "price is no object", "cost is not an issue", "cost is no issue", "money is not an issue", "money is no issue",
        "budget is not an issue", "budget isn't an issue", "cost isn't an issue", "budget is no issue", "whatever it costs", "at any cost",
        "at any price", "no matter the cost", "no matter what it costs", "cost doesn't matter", "cost does not matter",
        "money doesn't matter",
        "budget doesn't matter", "price doesn't matter", "don't care about cost", "don't care about the cost", "don't care what it costs",
        "no spending limit", "without budget limit", "without a budget limit", "infinite budget", "regardless of cost",
        "cost is irrelevant",
        "no budget restrictions", "budget is not a concern", "budget is not a constraint", "cost is not a concern", "cost is no concern",
        "kein budgetlimit", "sans limite de budget", "sin límite de presupuesto", "price is not an issue", "spare no expense",
        "sparing no expense", "no expense spared", "sky is the limit", "no budget cap", "no cost constraint",
        "budget is open", "open budget", "no financial limit", "money is not a problem", "cost is not important", "not limited by budget",
      ]
    ),
    (
      "strict",
      [
        "strict budget", "hard budget", "hard limit", "hard cap", "strict limit", "budget is strict", "fixed budget", "budget is fixed",
        "must not exceed", "cannot exceed", "can't exceed", "not a cent more", "budget is a hard limit", "budget cap", "strict cap",
        "absolute maximum",
        "not a dollar more", "must stay under",
      ]
    ),
    (
      "flexible",
      [
        "flexible budget", "budget is flexible", "some flexibility", "budget flexible", "flexible on budget", "flexible with budget",
        "soft limit",
        "some room in the budget", "budget can stretch", "wiggle room", "budget is somewhat flexible", "flexible on cost",
      ]
    ),
  ])

  static func apply(to reading: inout Reading, _ understanding: inout Understanding) {
    for match in lexicon.matches(in: reading.tokens) {
      let isOpen = match.range.contains { reading.isFree($0) }
      // `budget of no more than` is an amount, and `hard limit` may be said of something else.
      guard isOpen, reading[match.range.upperBound]?.number == nil || match.meaning != "none" else { continue }
      if match.meaning == "strict", reading.words(match.range).lowercased().contains("budget") == false,
        understanding[.maxMonthlyUSD] == nil,
        understanding[.maxHourlyUSD] == nil
      {
        continue
      }
      reading.explain(match.range)
      understanding.set(reading.finding(.budgetPolicy, .text(match.meaning), match.range))
      return
    }
  }
}
