import Planning

/// How the GPUs are paid for: `we own the GPUs`, `we would buy them`, `spot is fine`, `on AWS`.
struct PricingRule {
  private enum Word: Sendable {
    /// Only where GPUs or servers are what is owned, bought or rented.
    case owning, buying, renting
    /// By themselves.
    case onPremises, spot
  }

  private static let lexicon = Lexicon<Word>([
    (.owning, ["own", "already have", "have already", "already bought", "already purchased", "existing", "ours"]),
    (.buying, ["buy", "buying", "purchase", "purchasing", "acquire"]), (.renting, ["rent", "renting", "rented", "lease", "leasing"]),
    (
      .onPremises,
      ["on prem", "on premise", "on premises", "onprem", "our data center", "our data centre", "our datacenter", "our own data center"]
    ),
    (
      .spot,
      [
        "spot instance", "spot gpu", "spot gpus", "spot vm", "spot node", "spot machine", "spot capacity", "spot price", "spot pricing",
        "spot market",
        "spot is fine", "spot is ok", "spot is okay", "spot is acceptable", "spot is good enough", "spot is good", "spot is enough",
        "spot would be fine", "spot will do", "spot ok", "spot okay", "preemptible", "interruptible instance",
      ]
    ),
  ])

  private static let hardware: Set<String> = ["gpu", "gpus", "hardware", "server", "datacenter"]
  /// Words after which `server` and `hardware` are something else: logs of servers, a hardware store.
  private static let otherNouns: Set<String> = [
    "log", "documentation", "doc", "data", "issue", "ticket", "alert", "error", "problem", "question", "metric", "room", "manual", "review",
    "store", "shop", "support",
  ]

  private let providers: ProviderRule

  init(_ knowledge: Knowledge) { providers = ProviderRule(knowledge) }

  func apply(to reading: inout Reading, _ understanding: inout Understanding) {
    for match in Self.lexicon.matches(in: reading.tokens) where reading.isFree(match.range) {
      // `ours`, and not every `our`, which has the same stem.
      if match.range.count == 1, let token = reading[match.range.lowerBound], token.stem == "our", token.text != "ours" { continue }
      guard !reading.isNegated(before: match.range.lowerBound) else { continue }
      switch match.meaning {
      case .spot:
        reading.explain(match.range)
        understanding.offer(reading.finding(.market, .text("spot"), match.range), isCorrection: false)
      case .onPremises: offer("ownedHardware", match.range, .medium, "taken as GPUs that are owned", &reading, &understanding)
      case .owning: offer("ownedHardware", Self.withHardware(match.range, reading), .high, nil, &reading, &understanding)
      case .buying: offer("purchase", Self.withHardware(match.range, reading), .high, nil, &reading, &understanding)
      case .renting: offer("cloudRental", Self.withHardware(match.range, reading), .high, nil, &reading, &understanding)
      }
    }
    providers.apply(to: &reading, &understanding)
  }

  private func offer(
    _ mode: String, _ range: Range<Int>?, _ confidence: Finding.Confidence, _ note: String?, _ reading: inout Reading,
    _ understanding: inout Understanding
  ) {
    guard let range else { return }
    reading.explain(range)
    understanding.offer(reading.finding(.pricingMode, .text(mode), range, confidence, note: note), isCorrection: false)
  }

  // MARK: What is owned or bought

  /// The words with the GPUs that they are about: after them, before them, or `them` where the text has named some. `nil` when other
  /// people buy, or something else is bought.
  private static func withHardware(_ range: Range<Int>, _ reading: Reading) -> Range<Int>? {
    var (first, last) = (range.lowerBound, range.upperBound)
    var isOurs = false
    // `customers rent cars and own servers`: who does it may stand before an `and`, but not before `we`.
    while first > 0, range.lowerBound - first < 5, !reading.isBoundary(first - 1) || (!isOurs && reading.stem(first - 1) == "and") {
      first -= 1
      isOurs = isOurs || ["we", "i", "our", "us", "my"].contains(reading.stem(first) ?? "")
      if !isOurs, isOthers(first, reading) { return nil }
    }
    while last < reading.count, last - range.upperBound < 5, !reading.isBoundary(last), !isOthers(last, reading) {
      if isHardware(last, reading) { return range.lowerBound..<(last + 1) }
      last += 1
    }
    if ["them", "it"].contains(reading.stem(range.upperBound) ?? ""),
      (0..<range.lowerBound).contains(where: { isHardware($0, reading) })
    {
      return range.lowerBound..<(range.upperBound + 1)
    }
    // `the GPUs that we own`, `the servers are ours`: what comes after is about something else.
    guard reading.isBoundary(range.upperBound) || isHardware(range.lowerBound - 2, reading) || isHardware(range.lowerBound - 3, reading)
    else { return nil }
    return (first..<range.lowerBound).last { isHardware($0, reading) }.map { $0..<range.upperBound }
  }

  private static func isHardware(_ place: Int, _ reading: Reading) -> Bool {
    if reading.acceleratorPlaces[place] != nil { return true }
    guard let stem = reading.stem(place) else { return false }
    if stem == "data" { return ["center", "centre"].contains(reading.stem(place + 1) ?? "") }
    return hardware.contains(stem) && !otherNouns.contains(reading.stem(place + 1) ?? "")
  }

  /// Somebody else, or a topic: `helps customers buy GPUs`, `questions about buying servers`.
  private static func isOthers(_ place: Int, _ reading: Reading) -> Bool {
    guard let stem = reading.stem(place) else { return false }
    return Units.people.contains(stem)
      || ["help", "helping", "about", "how", "advice", "advise", "advising", "they", "their"].contains(stem)
  }
}
