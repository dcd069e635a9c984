import Intent
import JSON
import KnowledgeBase
import Planning
import TestKit
import Testing

@Suite("Sentences become specifications")
struct SentenceTests {
  static let cases = GoldenCase.all(in: "Tests/IntentTests/Cases")

  @Test("Each sentence is understood as the golden file says", arguments: cases)
  func golden(_ golden: GoldenCase) throws {
    let knowledge = try KnowledgeBase.shared.get()
    let extractor = Extractor(knowledge)
    let outputs = try golden.input().map { document in
      let text = try #require(document["text"]?.string)
      var output: JSONValue = ["text": .string(text)]
      let understanding = extractor.understanding(of: text)
      let found = JSONObject(understanding.inOrder.map { ($0.field.rawValue, Self.shown($0)) })
      output["understood"] = .object(found)
      if !understanding.unknown.isEmpty { output["unknown"] = JSONValue(understanding.unknown.map(\.rawValue).sorted()) }
      if !understanding.notes.isEmpty { output["notes"] = JSONValue(understanding.notes) }
      let questions = Question.missing(in: understanding).map(\.field.rawValue)
      if !questions.isEmpty { output["asks"] = JSONValue(questions) }
      return output
    }
    #expect(try golden.difference(from: outputs) == nil)
  }

  private static func shown(_ finding: Finding) -> JSONValue {
    let value =
      switch finding.value {
      case .number(let number): "\(number)"
      case .text(let text): text
      case .names(let names): names.joined(separator: " ")
      }
    return .string("\(value) (\(finding.confidence.rawValue)) \"\(finding.words)\"" + (finding.note.map { " — \($0)" } ?? ""))
  }

  @Test("There are enough sentences")
  func count() throws {
    let sentences = try Self.cases.flatMap { try $0.input() }
    #expect(sentences.count >= 40)
  }
}
