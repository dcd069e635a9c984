import JSON
import Planning

/// Takes from a language model's answer what can be checked, and keeps what the rules read for everything else.
package enum ModelReading {
  /// `rules` with the model's values. Every field stands alone: a wrong one is noted and does not spoil the others.
  package static func merge(
    _ answer: JSONValue, into rules: Understanding, text: String, knowledge: Knowledge
  ) -> Understanding {
    var merged = rules
    guard let object = answer.object else {
      merged.note("The model's answer is no JSON object; the rules' reading was used.")
      return merged
    }
    let known = Set(ModelTask.fields.map(\.rawValue))
    let unknown = object.keys.filter { !known.contains($0) }
    if !unknown.isEmpty { merged.note("The model's answer has \(unknown.count) field(s) that nobody asked for; they were not used.") }
    let source = Quotation(text)
    for field in ModelTask.fields {
      guard let value = object[field.rawValue], !value.isNull else { continue }
      switch finding(field, value, source, knowledge) {
      case .success(let finding): take(finding, &merged)
      case .failure(let problem):
        merged.note("The model's \(field.title) was not used: \(problem.message).")
      }
    }
    return merged
  }

  /// A number that the rules read in so many words outweighs the model's.
  private static func take(_ finding: Finding, _ merged: inout Understanding) {
    guard let rules = merged[finding.field] else {
      merged.set(finding)
      return
    }
    if rules.value == finding.value { return }
    if rules.confidence == .high, finding.field != .useCase, finding.field != .priority {
      merged.note("The model took \"\(finding.words)\" for another \(finding.field.title); the rules' reading of \"\(rules.words)\" stays.")
      return
    }
    merged.note("\(finding.field.title): the model's reading of \"\(finding.words)\" replaced the rules' of \"\(rules.words)\".")
    merged.set(finding)
  }

  private static func finding(
    _ field: Field, _ answer: JSONValue, _ source: Quotation, _ knowledge: Knowledge
  ) -> Result<Finding, ShapeProblem> {
    guard case .object(let task) = ModelTask.shape, let member = task.members.first(where: { $0.name == field.rawValue }) else {
      return .failure(ShapeProblem("", "it was not asked for"))
    }
    if let problem = member.shape.problems(in: answer).first { return .failure(problem) }
    guard let words = answer["words"]?.string, let value = answer["value"] else { return .failure(ShapeProblem("", "it lacks words")) }
    guard let range = source.range(of: words) else { return .failure(ShapeProblem("", "the words it quotes are not in the text")) }
    do throws(PlanProblem) {
      guard let resolved = try resolve(field, value, knowledge) else { return .failure(ShapeProblem("", "it has no value")) }
      if case .number = resolved, !Quotation.hasNumber(words) { return .failure(ShapeProblem("", "the words it quotes hold no number")) }
      return .success(Finding(field, resolved, words: String(words.prefix(120)), range: range, confidence: .medium, origin: .model))
    } catch {
      return .failure(ShapeProblem("", "\(error)"))
    }
  }

  /// Names become those of the catalogue.
  private static func resolve(_ field: Field, _ value: JSONValue, _ knowledge: Knowledge) throws(PlanProblem) -> Finding.Value? {
    switch field {
    case .model: return .text(try knowledge.model(named: value.string ?? "").id)
    case .gpuTypes:
      var names: [String] = []
      for name in value.strings ?? [] { names.append(try knowledge.accelerator(named: name).name) }
      return .names(names)
    case .useCase, .priority: return value.string.map { .text($0) }
    default: return value.double.map { .number($0) }
    }
  }
}

/// Finds quoted words in a text, whatever the case and the spaces.
struct Quotation {
  private let text: [UInt8]
  /// The place in the source of each byte of ``text``.
  private let places: [Int]

  init(_ source: String) {
    (text, places) = Self.normal(source)
  }

  func range(of words: String) -> Range<Int>? {
    let wanted = Self.normal(words).0
    guard !wanted.isEmpty, wanted.count <= text.count else { return nil }
    for start in 0...(text.count - wanted.count) where text[start] == wanted[0] {
      if text[start..<(start + wanted.count)].elementsEqual(wanted) {
        return places[start]..<(places[start + wanted.count - 1] + 1)
      }
    }
    return nil
  }

  static func hasNumber(_ words: String) -> Bool {
    NumberWords.merged(Tokenizer.tokens(of: words)).contains { $0.number != nil || $0.text == "single" }
      || words.utf8.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Lower case in ASCII, runs of spaces as one, none at the ends.
  private static func normal(_ source: String) -> ([UInt8], [Int]) {
    var bytes: [UInt8] = []
    var places: [Int] = []
    for (place, byte) in source.utf8.enumerated() {
      let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
      if isSpace, bytes.last == 0x20 || bytes.isEmpty { continue }
      bytes.append(isSpace ? 0x20 : (0x41...0x5A).contains(byte) ? byte + 0x20 : byte)
      places.append(place)
    }
    if bytes.last == 0x20 {
      bytes.removeLast()
      places.removeLast()
    }
    return (bytes, places)
  }
}
