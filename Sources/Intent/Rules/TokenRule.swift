/// How long requests and answers are: `500 tokens per prompt`, `prompts of 2k tokens`, `512 in / 256 out`, `answers of 300 words`;
/// and how fast tokens come: `30 tokens per second`.
enum TokenRule {
  private static let input: Set<String> = [
    "prompt", "input", "context", "in", "isl", "question", "request", "query", "incoming", "eingabe",
  ]
  private static let output: Set<String> = [
    "output", "answer", "response", "reply", "completion", "generated", "generation", "out", "osl", "result", "ausgabe", "antwort",
  ]
  /// English prose: about four tokens for three words.
  private static let tokensPerWord = 4.0 / 3

  static func apply(_ amount: Amount, to reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    if profile(amount, &reading, &understanding) { return true }
    var next = amount.place + 1
    if reading.stem(next) == "-" { next += 1 }
    // `500 input tokens`, `200 word answers`.
    var adjective: Field?
    if let field = field(reading.stem(next)), ["token", "tok", "word"].contains(reading.stem(next + 1) ?? "") {
      adjective = field
      next += 1
    }
    let unit = reading.stem(next) ?? ""
    guard ["token", "tok", "word", "wort", "jeton"].contains(unit) else {
      return named(amount, &reading, &understanding)
    }
    next += 1
    if Units.period(at: next, in: reading)?.seconds == 1 { return speed(amount, next, &reading, &understanding) }
    let isWords = unit == "word" || unit == "wort"
    guard let field = adjective ?? after(next, reading) ?? before(amount.start, reading) else {
      reading.explain(amount.start..<next)
      understanding.note("\"\(reading.words(amount.start..<next))\": say whether prompts or answers are that long; it was not used.")
      return true
    }
    let value = isWords ? (amount.value * tokensPerWord).rounded(.up) : amount.value
    let range = amount.start..<end(after: next, field, reading)
    reading.explain(range)
    let note = isWords ? "\(Plain(value)) tokens, at four tokens for three words" : amount.note
    let finding = reading.finding(field, .number(value), range, isWords ? .medium : .high, note: note)
    understanding.offer(finding, isCorrection: reading.isCorrection(before: amount.start))
    return true
  }

  private static func field(_ stem: String?) -> Field? {
    guard let stem else { return nil }
    return input.contains(stem) ? .promptTokens : output.contains(stem) ? .outputTokens : nil
  }

  /// `tokens per prompt`, `token answers`, `tokens in`, until the part of the sentence ends.
  private static func after(_ place: Int, _ reading: Reading) -> Field? {
    for next in place..<(place + 4) {
      if reading.isBoundary(next) || reading[next]?.number != nil || reading.stem(next) == "/" && reading[next + 1]?.number != nil {
        return nil
      }
      if let field = field(reading.stem(next)), reading.stem(next + 1) != "window" {
        return next + 1 < reading.count && reading[next + 1]?.number != nil && reading.stem(next) != "in" && reading.stem(next) != "out"
          ? nil : field
      }
    }
    return nil
  }

  private static func before(_ place: Int, _ reading: Reading) -> Field? {
    var back = place - 1
    while back >= 0, place - back <= 7, reading[back]?.isStop == false, reading[back]?.number == nil {
      if reading.isFree(back), let field = field(reading.stem(back)), reading.stem(back) != "in" || reading.stem(back - 1) == "length" {
        return field
      }
      back -= 1
    }
    return nil
  }

  private static func end(after place: Int, _ wanted: Field, _ reading: Reading) -> Int {
    for next in place..<(place + 4) {
      if reading.isBoundary(next) { break }
      if field(reading.stem(next)) == wanted { return next + 1 }
    }
    return place
  }

  /// `prompt length 4096`, `ISL=1024`, `max output 256`: a role, then at once the number, and no unit.
  private static func named(_ amount: Amount, _ reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    let links: Set<String> = [
      "length", "size", "token", "count", "of", "=", ":", "is", "about", "~", "average", "avg", "around", "approximately",
    ]
    var back = amount.start - 1
    var linked = false
    while let stem = reading.stem(back), links.contains(stem), reading.isFree(back) {
      linked = linked || ["length", "size", "token", "=", ":"].contains(stem)
      back -= 1
    }
    let role = reading.stem(back) ?? ""
    guard reading.isFree(max(0, back)), let field = field(role), linked || ["isl", "osl", "input", "output"].contains(role), role != "in",
      role != "out", Units.time(at: amount.place + 1, in: reading) == nil
    else { return false }
    reading.explain(back..<(amount.place + 1))
    understanding.offer(
      reading.finding(field, .number(amount.value), back..<(amount.place + 1), .medium, note: amount.note), isCorrection: false)
    return true
  }

  /// `512 in / 256 out`, `1024→1024`, `512 in, 256 out`.
  private static func profile(_ amount: Amount, _ reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    let next = amount.place + 1
    if reading.stem(next) == "→" || (reading.stem(next) == "-" && reading.stem(next + 1) == ">") {
      let other = reading.stem(next) == "→" ? next + 1 : next + 2
      guard let output = reading[other]?.number else { return false }
      let range = amount.start..<(other + 1)
      reading.explain(range)
      understanding.set(reading.finding(.promptTokens, .number(amount.value), range))
      understanding.set(reading.finding(.outputTokens, .number(output), range))
      return true
    }
    guard let role = reading.stem(next), role == "in" || role == "out", reading.isBoundary(next + 1) || reading.stem(next + 1) == "/" else {
      return false
    }
    reading.explain(amount.start..<(next + 1))
    let field: Field = role == "in" ? .promptTokens : .outputTokens
    understanding.offer(reading.finding(field, .number(amount.value), amount.start..<(next + 1)), isCorrection: false)
    return true
  }

  /// A reader's tokens per second are the gap between tokens; a server's are not planned by.
  private static func speed(_ amount: Amount, _ next: Int, _ reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    let end = Units.period(at: next, in: reading)?.next ?? next
    let range = amount.start..<end
    reading.explain(range)
    let clause = reading.clause(around: range)
    let isTotal = clause.contains {
      ["total", "aggregate", "overall", "throughput", "cluster", "altogether"].contains(reading.stem($0) ?? "")
    }
    guard !isTotal, amount.value <= 500, amount.value > 0 else {
      understanding.note("\"\(reading.words(range))\": plans are made for requests per second; say how many requests come.")
      return true
    }
    let gap = (1000 / amount.value * 10).rounded(.down) / 10
    let note = "at most \(Plain(gap)) ms between the tokens of an answer"
    understanding.offer(reading.finding(.itlP95, .number(gap), range, .medium, note: note), isCorrection: false)
    return true
  }
}
