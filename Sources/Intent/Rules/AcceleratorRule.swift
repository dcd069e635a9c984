import Planning

/// Names of GPUs, wanted and not wanted: `on H100s`, `A100 80GB or L40S`, `not H100`, `anything but B200`.
struct AcceleratorRule {
  private let knowledge: Knowledge
  /// Letters and digits of a name or alias → names; `a100` is the beginning of two.
  private let names: [String: [String]]
  /// The words that a name can begin with.
  private let beginnings: Set<String>
  /// The longest run of tokens that can be a name.
  private static let window = 7

  init(_ knowledge: Knowledge) {
    self.knowledge = knowledge
    var names: [String: [String]] = [:]
    for accelerator in knowledge.accelerators {
      for alias in [accelerator.name] + accelerator.aliases { names[Self.key(alias)] = [accelerator.name] }
    }
    // A100 stands for A100-40 and A100-80.
    for accelerator in knowledge.accelerators {
      guard let dash = accelerator.name.firstIndex(of: "-") else { continue }
      let family = Self.key(String(accelerator.name[..<dash]))
      let members = knowledge.accelerators.filter { Self.key($0.name).hasPrefix(family) && $0.name.contains("-") }.map(\.name)
      if names[family] == nil { names[family] = members }
    }
    self.names = names
    let words = knowledge.accelerators.flatMap { [$0.name] + $0.aliases }.compactMap { Tokenizer.tokens(of: $0).first?.text }
    beginnings = Set(words)
  }

  private func canBegin(_ word: String) -> Bool {
    beginnings.contains(word) || (word.hasSuffix("s") && beginnings.contains(String(word.dropLast())))
  }

  private static func key(_ text: String) -> String {
    String(String.UnicodeScalarView(text.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) }))
  }

  /// GPUs that people name and the catalogue may not have.
  private static let foreign: Set<String> = [
    "v100", "p100", "t4", "k80", "a10", "a30", "a40", "gh200", "gb200", "gb300", "mi250", "mi300", "mi325x", "mi355x", "tpu", "gaudi",
    "inferentia", "trainium", "rtx", "a6000", "h800", "h20", "a16", "p40", "p4", "l4", "l40", "l40s", "h100", "h200", "b200", "b300",
    "a100",
  ]

  func apply(to reading: inout Reading, _ understanding: inout Understanding) {
    var wanted: [String] = []
    var refused: [String] = []
    var words: (wanted: Range<Int>?, refused: Range<Int>?)
    var isAmbiguous = false
    var place = 0
    while place < reading.count {
      guard let (range, found) = match(at: place, reading) else {
        noteForeign(place, &reading, &understanding)
        place += 1
        continue
      }
      let isRefused = reading.isNegated(before: place, inList: true)
      for index in range { reading.acceleratorPlaces[index] = found[0] }
      reading.explain(range)
      if isRefused {
        refused += found.filter { !refused.contains($0) }
        words.refused = joined(words.refused, range)
      } else {
        wanted += found.filter { !wanted.contains($0) }
        words.wanted = joined(words.wanted, range)
        isAmbiguous = isAmbiguous || found.count > 1
      }
      place = range.upperBound
    }
    if let range = words.wanted {
      let note = isAmbiguous ? "either memory size" : nil
      understanding.set(reading.finding(.gpuTypes, .names(wanted), range, isAmbiguous ? .medium : .high, note: note))
    }
    if let range = words.refused { understanding.set(reading.finding(.excludedGPUTypes, .names(refused), range)) }
  }

  private func joined(_ earlier: Range<Int>?, _ range: Range<Int>) -> Range<Int> {
    (earlier?.lowerBound ?? range.lowerBound)..<range.upperBound
  }

  /// The longest run of tokens whose letters and digits are a name.
  private func match(at place: Int, _ reading: Reading) -> (Range<Int>, [String])? {
    guard reading.isFree(place), let first = reading[place], first.isWord, canBegin(first.text) else { return nil }
    var key = ""
    var best: (Range<Int>, [String])?
    for end in place..<min(place + Self.window, reading.count) {
      guard let token = reading[end], !token.isStop, token.stem != ",", reading.isFree(end) else { break }
      let part = Self.key(token.text)
      key += part
      if let found = names[key] { best = (place..<(end + 1), found) }
      if key.hasSuffix("s"), let found = names[String(key.dropLast())], !part.isEmpty, best?.0.upperBound != end + 1 {
        best = (place..<(end + 1), found)
      }
    }
    guard let (range, found) = best, found.count > 1 else { return best }
    // `80GB A100`: the size stands before the name.
    if let size = reading[place - 2]?.number, reading.stem(place - 1) == "gb",
      let one = found.first(where: { $0.hasSuffix("-\(Plain(size))") })
    {
      return (range, [one])
    }
    return best
  }

  private func noteForeign(_ place: Int, _ reading: inout Reading, _ understanding: inout Understanding) {
    guard let stem = reading.stem(place), reading[place]?.isWord == true, Self.foreign.contains(stem), reading.isFree(place) else { return }
    var end = place + 1
    if ["rtx", "tpu", "gaudi"].contains(stem), let next = reading[end], next.number != nil || next.text.hasPrefix("v") { end += 1 }
    let name = reading.words(place..<end)
    reading.explain(place..<end)
    let known = knowledge.accelerators.filter { $0.pricePerHourUSD != nil }.map(\.name)
    understanding.note("The GPU \"\(name)\" is not in the catalogue and was not used; known are \(known.joined(separator: ", ")).")
  }
}
