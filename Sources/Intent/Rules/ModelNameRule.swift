import Planning

/// A model by its name, as exactly as people write it: `Llama 3.1 8B`, `mistralai/Mistral-7B-Instruct-v0.3`, `qwen2.5:7b`, `gpt-oss 120b`.
struct ModelNameRule {
  private let knowledge: Knowledge
  private let catalogue: [(id: String, name: ModelName)]
  private let families: Set<String>
  /// Ids by themselves and by their aliases, in lower case.
  private let ids: [String: String]
  /// The letters that a name can begin with, its owner's included.
  private let beginnings: Set<String>

  /// Families that people name and the catalogue has none of.
  private static let foreign: Set<String> = [
    "claude", "gemini", "falcon", "grok", "vicuna", "dbrx", "bloom", "olmo", "cohere", "palm", "jamba", "starcoder", "codellama",
    "wizardlm",
    "zephyr", "alpaca", "gpt", "deepseek", "codestral", "yi", "glm",
  ]

  init(_ knowledge: Knowledge) {
    self.knowledge = knowledge
    catalogue = knowledge.models.map { ($0.id, ModelName($0.id)) }
    families = Set(catalogue.compactMap { entry in entry.name.telling.first { $0.allSatisfy(\.isLetter) && $0.count >= 3 } })
    let names = knowledge.models.flatMap { model in ([model.id] + model.aliases).map { ($0.lowercased(), model.id) } }
    ids = Dictionary(names) { first, _ in first }
    beginnings = Set(ids.keys.map { String($0.prefix(while: \.isLetter)) }).union(families).union(Self.foreign)
  }

  func apply(to reading: inout Reading, _ understanding: inout Understanding) {
    var place = 0
    var refused: (names: [String], words: Range<Int>)?
    var lastRefused = -1
    while place < reading.count {
      guard let (range, name) = mention(at: place, reading) else {
        place += 1
        continue
      }
      let isRefused = reading.isNegated(before: place) || (lastRefused == place - 1 && isListed(name, after: place - 1, reading))
      let isComparison = ["like", "than", "as", "to"].contains(reading.stem(place - 1) ?? "")
      let words = reading.words(range)
      reading.explain(range)
      if isRefused {
        lastRefused = range.upperBound
        let names = excluded(name, words, &understanding)
        let all = refused?.names ?? []
        if !names.isEmpty {
          refused = (all + names.filter { !all.contains($0) }, (refused?.words.lowerBound ?? range.lowerBound)..<range.upperBound)
        }
      } else if isComparison {
        understanding.note("\"\(words)\" was read as a comparison, not as the model to use.")
      } else {
        take(name, range, reading, &understanding)
      }
      place = range.upperBound
    }
    if let refused { understanding.set(reading.finding(.excludedModels, .names(refused.names), refused.words)) }
  }

  /// What `no Qwen` or `not Llama 3.1 8B` leaves out: a family by its name, else every model that fits.
  private func excluded(_ name: ModelName, _ words: String, _ understanding: inout Understanding) -> [String] {
    if let exact = ids[words.lowercased()] { return [exact] }
    let wanted = name.telling
    if wanted.count == 1, families.contains(wanted[0]) { return wanted }
    let found = candidates { parts in wanted.allSatisfy { part in parts.contains { $0 == part || $0.hasPrefix(part + ".") } } }.map(\.id)
    if found.isEmpty { understanding.note("The model \"\(words)\" is not in the catalogue: it would not be chosen anyway.") }
    return found
  }

  /// Tokens without spaces between them, from `place` to a comma or bracket.
  private func chunk(at place: Int, _ reading: Reading) -> (Range<Int>, text: String) {
    var end = place
    while let token = reading[end], end == place || token.isGlued, !token.isStop, reading.isFree(end),
      !(token.kind == .sign && [",", "(", ")", "\"", "'", "\u{201C}", "\u{201D}"].contains(token.text))
    {
      end += 1
    }
    return (place..<end, reading.words(place..<end).lowercased())
  }

  private func mention(at place: Int, _ reading: Reading) -> (Range<Int>, ModelName)? {
    guard let token = reading[place], token.isWord, reading.isFree(place),
      place == 0 || !token.isGlued || reading[place - 1]?.kind == .sign,
      beginnings.contains(String(token.text.prefix(while: \.isLetter)))
    else { return nil }
    let (range, text) = chunk(at: place, reading)
    guard !range.isEmpty else { return nil }
    if ids[text] != nil, text.contains("/") || text.contains("-") { return (range, ModelName(text)) }
    var parts = ModelName(text).parts
    guard let family = parts.first(where: { families.contains($0) || Self.foreign.contains($0) }) else { return nil }
    // A chunk such as `phi/whatever` with words that belong to no name is no mention.
    guard parts.first == family || text.contains("/") || ["meta", "nvidia", "ibm", "openai", "google"].contains(parts[0]) else {
      return nil
    }
    let known = Set(catalogue.filter { $0.name.parts.contains(family) }.flatMap(\.name.parts))
    var end = range.upperBound
    while let next = reading[end], !next.isStop, next.stem != "," {
      let (more, text) = chunk(at: end, reading)
      let words = ModelName(text).parts
      guard !more.isEmpty, !words.isEmpty, words.allSatisfy({ known.contains($0) || ModelName.isQualifier($0) }), !isCount(more, reading)
      else { break }
      parts += words
      end = more.upperBound
    }
    return (place..<end, ModelName(parts.joined(separator: "-")))
  }

  /// A bare number before something that is counted is no version.
  private func isCount(_ range: Range<Int>, _ reading: Reading) -> Bool {
    guard range.count == 1, let value = reading[range.lowerBound]?.number else { return false }
    let next = reading.stem(range.upperBound) ?? ""
    return value >= 20 || Units.people.contains(next) || Units.requests.contains(next)
      || ["gpu", "qps", "rps", "ms", "%", "x"].contains(next)
  }

  /// After another name that was refused: `no Qwen, Mistral or Gemma`. After a comma a family only: what is named exactly there may be
  /// the one that is wanted.
  private func isListed(_ name: ModelName, after place: Int, _ reading: Reading) -> Bool {
    ["or", "nor"].contains(reading.stem(place) ?? "") || (reading.stem(place) == "," && name.telling.count == 1)
  }

  private func take(_ name: ModelName, _ range: Range<Int>, _ reading: Reading, _ understanding: inout Understanding) {
    let words = reading.words(range)
    if let exact = ids[words.lowercased()] {
      understanding.offer(reading.finding(.model, .text(exact), range), isCorrection: false)
      return
    }
    let wanted = name.telling
    var matches = candidates { parts in wanted.allSatisfy(parts.contains) }
    var note: String?
    if matches.isEmpty {
      // `llama 3` for 3.1 and 3.3.
      matches = candidates { parts in wanted.allSatisfy { part in parts.contains { $0 == part || $0.hasPrefix(part + ".") } } }
      note = "the nearest in the catalogue"
    }
    guard let best = matches.first, wanted.count > 1 || matches.count == 1 else {
      noteUnknown(words, wanted, understanding: &understanding)
      return
    }
    let others = matches.dropFirst().filter { $0.extra == best.extra }.map(\.id)
    if !others.isEmpty { note = "also possible: \(others.prefix(3).joined(separator: ", "))" }
    let finding = reading.finding(.model, .text(best.id), range, note == nil ? .high : .medium, note: note)
    understanding.offer(finding, isCorrection: reading.isCorrection(before: range.lowerBound))
  }

  /// Those that fit, the plainest first; among equals one that was benchmarked, then the catalogue's order.
  private func candidates(_ fits: ([String]) -> Bool) -> [(id: String, extra: Int)] {
    let found = catalogue.enumerated().compactMap { index, entry -> (id: String, extra: Int, index: Int)? in
      fits(entry.name.parts) ? (entry.id, entry.name.telling.count, index) : nil
    }
    guard found.count > 1 else { return found.map { ($0.id, $0.extra) } }
    let ids = Set(found.map { $0.id.lowercased() })
    let measured = Set(knowledge.benchmarks.lazy.filter { $0.serviceLevel != nil }.map { $0.model.lowercased() }.filter(ids.contains))
    return found.sorted { left, right in
      let key = { (one: (id: String, extra: Int, index: Int)) in (one.extra, measured.contains(one.id.lowercased()) ? 0 : 1, one.index) }
      return key(left) < key(right)
    }.map { ($0.id, $0.extra) }
  }

  private func noteUnknown(_ words: String, _ wanted: [String], understanding: inout Understanding) {
    let family = candidates { parts in wanted.first.map(parts.contains) ?? false }.prefix(4).map(\.id)
    if !family.isEmpty, wanted.count == 1 {
      understanding.note(
        "\"\(words)\" is a family of models, and the planner chooses among all; to use one, name it: \(family.joined(separator: ", ")).")
      return
    }
    var nearest = Array(family)
    if nearest.isEmpty, case .unknownName(_, _, let names) = problem(words) { nearest = names }
    understanding.note(
      "The model \"\(words)\" is not in the catalogue; it was not used."
        + (nearest.isEmpty ? "" : " The nearest known are \(nearest.joined(separator: ", "))."))
  }

  private func problem(_ name: String) -> PlanProblem? {
    do throws(PlanProblem) {
      _ = try knowledge.model(named: name)
      return nil
    } catch {
      return error
    }
  }
}
