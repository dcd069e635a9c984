import Planning

/// Whose GPUs are rented: `on AWS`, `in our Azure account`, `at Google Cloud prices`, `from the cheapest provider`.
struct ProviderRule {
  private static let lexicon = Lexicon<String>([
    ("aws", ["aws", "amazon web services", "amazon", "ec2", "eks"]), ("gcp", ["gcp", "google cloud", "gke", "google cloud platform"]),
    ("azure", ["azure", "microsoft azure", "aks"]),
    (
      "cheapest",
      [
        "cheapest provider", "cheapest cloud", "whichever provider", "whichever cloud", "any cloud", "any provider",
        "the cheapest cloud provider",
      ]
    ),
  ])
  /// Providers that people name and the catalogue may not have.
  private static let foreign = Lexicon<Bool>([
    (
      true,
      [
        "coreweave", "lambda labs", "runpod", "ovh", "ovhcloud", "hetzner", "oracle cloud", "oci", "nebius", "vast.ai", "ibm cloud",
        "alibaba cloud", "scaleway", "digitalocean", "crusoe", "paperspace",
      ]
    )
  ])

  private static let places: Set<String> = ["on", "in", "at", "from", "with", "via", "use", "using", "auf", "bei", "sur", "en"]
  private static let fillers: Set<String> = ["the", "our", "an", "a", "own", "existing", "my", "their", "some"]
  private static let followers: Set<String> = [
    "gpu", "gpus", "instance", "price", "pricing", "account", "region", "cloud", "vm", "subscription", "credit", "only", "hosted",
  ]
  /// `questions on AWS` are not asked there.
  private static let topics: Set<String> = [
    "question", "documentation", "doc", "training", "course", "article", "information", "info", "knowledge", "expert", "tutor", "support",
    "help", "advice", "exam", "certification", "trained", "report", "book", "content", "code", "script", "sell", "seller", "listing",
    "review", "store", "shop",
  ]

  private let known: Set<String>

  init(_ knowledge: Knowledge) { known = Set(knowledge.providers) }

  func apply(to reading: inout Reading, _ understanding: inout Understanding) {
    for match in Self.lexicon.matches(in: reading.tokens) where reading.isFree(match.range) {
      guard match.meaning == CloudRental.cheapest || isPlace(match.range, reading) else { continue }
      let words = reading.words(match.range)
      if reading.isNegated(before: match.range.lowerBound) {
        understanding.note("\"\(words)\": a provider cannot be excluded; name the one whose prices count.")
      } else if match.meaning == CloudRental.cheapest || known.contains(match.meaning) {
        reading.explain(match.range)
        understanding.offer(reading.finding(.provider, .text(match.meaning), match.range), isCorrection: false)
      } else {
        noteUnknown(words, &understanding)
      }
    }
    for match in Self.foreign.matches(in: reading.tokens) where isPlace(match.range, reading) {
      noteUnknown(reading.words(match.range), &understanding)
    }
  }

  private func noteUnknown(_ words: String, _ understanding: inout Understanding) {
    understanding.note(
      "The catalogue has no prices of \"\(words)\"; it was not used. It has those of \(known.sorted().joined(separator: ", ")); others go into "
        + "pricing.pricePerGPUHourUSD.")
  }

  private func isPlace(_ range: Range<Int>, _ reading: Reading) -> Bool {
    var back = range.lowerBound - 1
    while let stem = reading.stem(back), Self.fillers.contains(stem) { back -= 1 }
    let isAt = Self.places.contains(reading.stem(back) ?? "") && !Self.topics.contains(reading.stem(back - 1) ?? "")
    guard !Self.topics.contains(reading.stem(range.upperBound) ?? "") else { return false }
    let isAbout = ["about", "of", "regarding", "for"].contains(reading.stem(back) ?? "")
    return isAt || (!isAbout && Self.followers.contains(reading.stem(range.upperBound) ?? ""))
  }
}
