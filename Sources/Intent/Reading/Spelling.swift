/// One spelling of each word.
enum Spelling {
  /// `summarise` as `summarize`: for the words that the rules know.
  static func american(_ word: String) -> String {
    if word.hasPrefix("analyst") { return word }
    for (british, american) in pairs where word.hasPrefix(british) { return american + word.dropFirst(british.count) }
    return word
  }

  private static let pairs = [
    ("summaris", "summariz"), ("localis", "localiz"), ("optimis", "optimiz"), ("minimis", "minimiz"), ("maximis", "maximiz"),
    ("prioritis", "prioritiz"), ("organis", "organiz"), ("analys", "analyz"),
  ]

  /// The word of `dictionary` that was probably meant, by a slip of one letter (two in words of nine and more letters).
  static func correction(of word: String, in dictionary: [String]) -> String? {
    let letters = Array(word.utf8)
    guard letters.count >= 5 else { return nil }
    let allowed = letters.count >= 9 ? 2 : 1
    var best: (word: String, distance: Int)?
    for candidate in dictionary where abs(candidate.utf8.count - letters.count) <= (letters.count == 5 ? 0 : allowed) {
      let distance = distance(letters, Array(candidate.utf8))
      if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
  }

  /// Letters inserted, removed, changed, or swapped with their neighbour (optimal string alignment).
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var rows = [Array(0...right.count)]
    for (row, letter) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var best = min(rows[row][column] + (letter == other ? 0 : 1), rows[row][column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
          best = min(best, rows[row - 1][column - 1] + 1)
        }
        current.append(best)
      }
      rows.append(current)
    }
    return rows[left.count][right.count]
  }

  /// Words that matter so much to the rules that a slip in them is worth finding.
  static let distinctive = [
    "chatbot", "assistant", "conversational", "customer", "translate", "translation", "translator", "summarize", "summarization", "summary",
    "document", "completion", "autocomplete", "generation", "latency", "budget", "monthly", "critical", "request", "concurrent", "accuracy",
    "accurate", "cheapest", "fastest", "quality", "research", "retrieval", "developer", "employee", "thousand", "million", "simultaneous",
    "marketing", "unlimited", "dollar", "second", "millisecond", "simplest", "balanced", "throughput", "users",
  ]
}
