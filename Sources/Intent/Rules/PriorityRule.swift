/// What matters most: `low latency is critical`, `as cheap as possible`, `best quality`, `keep it simple`; and what does not.
enum PriorityRule {
  struct Wish: Sendable {
    let priority: Priority
    /// 2 when the words themselves are a superlative.
    let strength: Int
  }

  static let lexicon = Lexicon<Wish>([
    (
      Wish(priority: .latency, strength: 1),
      [
        "low latency", "fast", "quick", "quickly", "responsive", "snappy", "real time", "realtime", "speed", "speedy", "latency", "instant",
        "instantly", "instantaneous", "rapid", "latency sensitive", "performance", "high performance", "response time", "response times",
        "faster", "immediate", "immediately", "schnell", "rapide", "rápido", "lag", "not slow", "not too slow", "without delay", "low lag",
        "zippy", "lightning", "blazing", "quick response", "fast response", "no lag", "ttft",
      ]
    ),
    (
      Wish(priority: .latency, strength: 2),
      [
        "fastest", "lowest latency", "as fast as possible", "as quick as possible", "as quickly as possible", "minimal latency",
        "minimize latency", "minimum latency", "ultra low latency", "maximum speed", "best latency", "latency critical", "fast as possible",
        "quickest", "best performance", "speed above all", "ultra fast", "lightning fast", "blazing fast", "extremely fast",
      ]
    ),
    (
      Wish(priority: .cost, strength: 1),
      [
        "cheap", "low cost", "inexpensive", "affordable", "economical", "cost effective", "cost efficient", "cost", "price",
        "budget friendly",
        "tight budget", "budget is tight", "budget is limited", "money is tight", "limited budget", "small budget", "on a budget",
        "save money", "low budget", "cost sensitive", "price sensitive",
        "cost conscious", "frugal", "cheaper", "cost savings", "budget conscious", "without spending much", "not expensive",
        "not too expensive",
        "break the bank", "günstig", "billig", "bon marché", "pas cher", "barato", "económico", "shoestring", "good value", "costs",
        "saving money",
        "spend as little",
      ]
    ),
    (
      Wish(priority: .cost, strength: 2),
      [
        "cheapest", "lowest cost", "as cheap as possible", "as cheaply as possible", "minimize cost", "minimize costs", "minimal cost",
        "minimum cost", "least expensive", "lowest price", "most cost effective", "cheap as possible", "cost above all", "minimize spend",
        "bare minimum cost", "as little as possible", "most affordable", "most economical", "reduce cost", "cut costs", "günstigste",
        "le moins cher", "más barato", "keep costs low", "keep cost low", "keep the cost low", "keep costs down", "keep cost down",
      ]
    ),
    (
      Wish(priority: .accuracy, strength: 1),
      [
        "accurate", "accuracy", "high quality", "quality", "good quality", "precise", "precision", "reliable answers", "correct answers",
        "correctness", "smart", "intelligent", "high accuracy", "great answers", "good answers", "no hallucination", "hallucination",
        "factual",
        "accurately", "careful", "well written", "state of the art", "sota", "genau", "précis", "preciso", "quality answers",
        "capable model",
        "trustworthy",
      ]
    ),
    (
      Wish(priority: .accuracy, strength: 2),
      [
        "most accurate", "best quality", "highest quality", "highest accuracy", "best model", "best possible answers",
        "best possible quality",
        "best answers", "smartest", "most capable", "as accurate as possible", "maximum accuracy", "maximum quality", "best accuracy",
        "quality above all", "best results", "most intelligent", "strongest model", "largest model", "biggest model", "top quality",
        "most precise", "never be wrong", "quality first", "must not hallucinate", "premium quality", "most powerful model",
      ]
    ),
    (
      Wish(priority: .simplicity, strength: 1),
      [
        "simple", "easy to operate", "easy to run", "easy to manage", "easy to maintain", "simplicity", "low maintenance", "minimal setup",
        "simple setup", "simple deployment", "small footprint", "keep it simple", "little operations", "easy", "not complicated",
        "maintainable",
        "few gpus", "fewer gpus", "less hardware", "straightforward", "einfach", "sencillo",
      ]
    ),
    (
      Wish(priority: .simplicity, strength: 2),
      [
        "simplest", "easiest", "as simple as possible", "fewest gpus", "fewest parts", "smallest footprint", "least complex",
        "simple as possible",
        "easiest to run", "easiest to operate", "least operational", "minimal footprint", "as few gpus as possible", "minimum gpus",
        "minimum number of gpus", "smallest number of gpus", "lowest number of gpus", "minimize gpus", "minimize the number of gpus",
        "minimal number of gpus", "least gpus", "least hardware", "least number of gpus", "few gpus as possible", "fewest cards",
        "fewest number of gpus", "minimal hardware",
      ]
    ),
    (
      Wish(priority: .balanced, strength: 2),
      [
        "balanced", "good balance", "balance of", "balance between", "trade off between", "middle ground", "reasonable mix", "all round",
        "well balanced",
      ]
    ),
  ])

  /// What makes a wish weigh more.
  static let emphasis = Lexicon<Bool>([
    (
      true,
      [
        "critical", "crucial", "essential", "must", "paramount", "top priority", "most important", "number one", "matters most",
        "above all",
        "vital", "main concern", "priority", "key", "very important", "important", "absolutely", "extremely", "mission critical",
        "first priority",
        "prioritize", "most", "really matters", "matters", "imperative", "non negotiable", "biggest concern", "favor", "optimize for",
        "care most",
        "has to", "have to", "need to be", "wichtig", "important que", "as possible", "minimize", "maximize", "focus",
      ]
    )
  ])

  static func apply(to reading: inout Reading, _ understanding: inout Understanding) {
    var strongest: [Priority: (strength: Int, range: Range<Int>)] = [:]
    var dismissed: [String] = []
    for match in lexicon.matches(in: reading.tokens) where reading.isFree(match.range) {
      let first = match.range.lowerBound
      if isOfSomethingElse(match.range, match.meaning.priority, reading) { continue }
      let isDenial = Reading.negators.contains(reading.stem(first) ?? "")
      if !isDenial,
        reading.isNegated(before: first) || reading.isDismissed(before: first) || reading.isDismissed(after: match.range.upperBound)
      {
        // `not slow`, `no lag` are wishes; so is `must not be expensive`, which no phrase here names.
        dismissed.append(reading.words(match.range))
        continue
      }
      var strength = match.meaning.strength
      let clause = reading.clause(around: match.range)
      if strength == 1, clause.contains(where: { isEmphasis($0, reading) }) { strength = 2 }
      if strength > strongest[match.meaning.priority]?.strength ?? 0 {
        strongest[match.meaning.priority] = (strength, emphasized(match.range, clause, reading))
      }
    }
    for word in dismissed.prefix(3) { understanding.note("\"\(word)\" was said to matter little; plans are not ranked by it.") }
    choose(strongest, reading, &understanding)
  }

  /// `simple questions`, `easy recipes`: what is simple there is no deployment.
  private static func isOfSomethingElse(_ range: Range<Int>, _ priority: Priority, _ reading: Reading) -> Bool {
    guard priority == .simplicity, range.count == 1,
      ["simple", "easy", "straightforward", "simplest", "easiest"].contains(reading.stem(range.lowerBound) ?? ""),
      let next = reading[range.upperBound], next.isWord, !reading.isBoundary(range.upperBound)
    else { return false }
    return !deployments.contains(next.stem)
  }

  private static let deployments: Set<String> = [
    "setup", "deployment", "operation", "to", "solution", "infrastructure", "system", "architecture", "option", "plan", "configuration",
    "stack", "as", "please", "is", "thing", "possible", "hardware", "maintenance", "management", "deploy", "way", "for", "wins", "win",
  ]

  private static func choose(
    _ wishes: [Priority: (strength: Int, range: Range<Int>)], _ reading: Reading, _ understanding: inout Understanding
  ) {
    guard let top = wishes.values.map(\.strength).max() else { return }
    let best = Priority.allCases.filter { wishes[$0]?.strength == top }
    guard let first = best.first, let wish = wishes[first] else { return }
    if best.count == 1 {
      understanding.set(reading.finding(.priority, .text(first.rawValue), wish.range, top == 2 ? .high : .medium))
      return
    }
    let words = best.compactMap { wishes[$0].map { reading.words($0.range) } }
    understanding.note("\(words.map { "\"\($0)\"" }.joined(separator: " and ")) are wanted alike: plans are ranked by all scores together.")
    let ranges = best.compactMap { wishes[$0]?.range }
    let range = (ranges.map(\.lowerBound).min() ?? 0)..<(ranges.map(\.upperBound).max() ?? 0)
    understanding.set(reading.finding(.priority, .text(Priority.balanced.rawValue), range, .medium, note: "several wishes of equal weight"))
  }

  private static func isEmphasis(_ place: Int, _ reading: Reading) -> Bool {
    emphasis.match(at: place, in: reading.tokens) != nil && !reading.isNegated(before: place)
  }

  /// The evidence with the words that give it weight: `low latency is critical`.
  private static func emphasized(_ range: Range<Int>, _ clause: Range<Int>, _ reading: Reading) -> Range<Int> {
    for place in range.upperBound..<min(clause.upperBound, range.upperBound + 4) where isEmphasis(place, reading) {
      return range.lowerBound..<(place + 1)
    }
    return range
  }
}
