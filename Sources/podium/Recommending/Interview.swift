import Intent
import Planning

/// Asks for what is missing, one question at a time.
struct Interview {
  let knowledge: Knowledge

  func hold(_ understanding: inout Understanding) {
    var asked: Set<Field> = []
    while let question = Question.missing(in: understanding).first(where: { !asked.contains($0.field) }) {
      asked.insert(question.field)
      guard ask(question, &understanding) else { return }
    }
  }

  /// `false` when nobody answers any more.
  private func ask(_ question: Question, _ understanding: inout Understanding) -> Bool {
    var lines = ["", question.text]
    for (number, choice) in question.choices.enumerated() {
      lines.append(question.examples.isEmpty ? "  \(number + 1)  \(choice.title) (\(choice.value))" : "  \(choice.title)")
    }
    if !question.examples.isEmpty { lines.append("  for example: \(question.examples.joined(separator: ", "))") }
    Terminal.say(lines.joined(separator: "\n"))
    for _ in 0..<3 {
      guard let answer = Terminal.ask("[I don't know: \(question.defaultTitle)] ") else { return false }
      if Answer.take(answer, for: question.field, in: &understanding, knowledge: knowledge) {
        if understanding.unknown.contains(question.field) { Terminal.say("Taking \(question.defaultTitle).") }
        return true
      }
      Terminal.say("That was not understood.")
    }
    understanding.unknown.insert(question.field)
    Terminal.say("Taking \(question.defaultTitle).")
    return true
  }
}
