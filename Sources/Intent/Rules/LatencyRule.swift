/// How fast answers must be: `first token under 200ms`, `ITL 30 ms`, `the whole answer within 5 seconds`, `respond in 2s`.
struct LatencyRule {
  enum Role: Sendable, Hashable {
    case field(Field)
    /// Latency of some kind: the value decides.
    case general
    /// A duration of something else.
    case other
  }

  static let lexicon = Lexicon<Role>([
    (
      .field(.ttftP95),
      [
        "ttft", "time to first token", "first token", "time to first", "first word", "first byte", "first response", "start responding",
        "start answering", "start replying", "start streaming", "start to respond", "starts responding", "begin responding",
        "begin to answer", "starts answering", "initial response", "start typing", "start generating", "time-to-first-token",
        "begins answering", "premier jeton", "erstes token",
      ]
    ),
    (
      .field(.itlP95),
      [
        "itl", "inter token", "inter token latency", "tpot", "time per output token", "per token", "per output token", "between tokens",
        "each token", "token latency", "/ token", "a token", "time between tokens", "every token",
      ]
    ),
    (
      .field(.e2eP95),
      [
        "e2e", "end to end", "total latency", "total time", "total response time", "full response", "full answer", "complete response",
        "complete answer", "whole response", "whole answer", "entire response", "entire answer", "finish", "in total", "overall latency",
        "completion time", "complete", "end - to - end", "complete reply", "full reply", "whole reply", "last token", "full completion",
        "summary in", "summaries in", "done",
      ]
    ),
    (
      .general,
      [
        "latency", "response time", "respond", "responds", "responding", "response", "answer", "answers", "reply", "replies", "wait",
        "delay",
        "responsiveness", "react", "load", "feel", "return", "come back", "lag", "suggestion", "slo", "sla", "p95", "p99", "p90", "p50",
        "answered", "result", "antwortzeit", "latenz", "latence", "latencia", "turnaround",
      ]
    ),
    (
      .other,
      [
        "every", "for", "last", "past", "timeout", "time out", "next", "ago", "video", "audio", "call", "clip", "recording", "downtime",
        "old", "long", "uptime",
      ]
    ),
  ])

  /// Ends of the phrases that an earlier number has taken.
  private var taken: Set<Int> = []

  mutating func apply(_ amount: Amount, to reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    var next = amount.place + 1
    guard let unit = Units.time(at: next, in: reading) else { return false }
    next += reading.stem(next) == "-" ? 2 : 1
    let value = amount.value * unit
    let range = amount.start..<next
    guard let (role, phrase) = role(of: amount, next, reading) else {
      understanding.note(
        "\"\(reading.words(range))\": say what takes that long (first token, each token, the whole answer); it was not used.")
      reading.explain(range)
      return true
    }
    for place in phrase { taken.insert(place) }
    let all = min(range.lowerBound, phrase.lowerBound)..<max(range.upperBound, phrase.upperBound)
    reading.explain(range)
    switch role {
    case .other: return true
    case .field(let field):
      reading.explain(phrase)
      offer(field, value, all, .high, amount.note, amount, &reading, &understanding)
    case .general:
      reading.explain(phrase)
      let field: Field = value < 1000 ? .ttftP95 : .e2eP95
      let note = value < 1000 ? "taken as the time to the first token" : "taken as the time to the end of the answer"
      offer(field, value, all, .medium, note, amount, &reading, &understanding)
    }
    return true
  }

  private func offer(
    _ field: Field, _ value: Double, _ range: Range<Int>, _ confidence: Finding.Confidence, _ note: String?, _ amount: Amount,
    _ reading: inout Reading, _ understanding: inout Understanding
  ) {
    let finding = reading.finding(field, .number(value), range, confidence, note: note)
    guard !amount.isFloor(reading) else {
      understanding.note("\"\(finding.words)\" is a least time; latencies are limited from above.")
      return
    }
    let clause = reading.clause(around: range)
    for place in clause {
      guard let stem = reading.stem(place), ["p50", "p90", "p99", "median", "average", "p999", "mean"].contains(stem) else { continue }
      understanding.note("\"\(finding.words)\" names \(stem), and plans are made for p95: \(Self.meaning(of: stem))")
    }
    understanding.offer(finding, isCorrection: reading.isCorrection(before: amount.start))
  }

  /// What it means that a figure of another percentile was taken for p95.
  private static func meaning(of statistic: String) -> String {
    switch statistic {
    case "p99", "p999":
      "the value was taken for p95, so one request in twenty may take longer; write a lower p95 to be on the safe side."
    default: "the value was taken for p95, which asks for more than was said."
    }
  }

  /// The nearest word that says what takes the time: before the number in its part of the sentence, else after it, else before it at all.
  private func role(of amount: Amount, _ next: Int, _ reading: Reading) -> (Role, Range<Int>)? {
    let other = reading.stem(amount.start - 1).map { ["for", "every", "last", "past", "timeout"].contains($0) } ?? false
    if other { return (.other, (amount.start - 1)..<amount.start) }
    let near = before(amount.start, reading, isStrict: true)
    if let near, case .field = near.0 { return near }
    if let after = after(next, reading), near == nil || after.0 != .general { return after }
    return near ?? before(amount.start, reading, isStrict: false)
  }

  private func before(_ place: Int, _ reading: Reading, isStrict: Bool) -> (Role, Range<Int>)? {
    var start = place
    while start > 0, place - start < (isStrict ? 8 : 12), let token = reading[start - 1], !token.isStop, token.number == nil,
      !isStrict || !(token.stem == "," || token.stem == "and" || token.stem == "but")
    {
      start -= 1
    }
    var best: (Role, Range<Int>)?
    for index in start..<max(start, place) {
      guard let match = Self.lexicon.match(at: index, in: reading.tokens), match.range.upperBound <= place, match.meaning != .other,
        !match.range.contains(where: taken.contains), reading.isFree(match.range)
      else { continue }
      // A phrase inside of a longer one is not another phrase; a named figure outweighs a general word.
      if let found = best, found.1.contains(match.range.lowerBound) || (found.0 != .general && match.meaning == .general) { continue }
      best = (match.meaning, match.range)
    }
    return best
  }

  private func after(_ place: Int, _ reading: Reading) -> (Role, Range<Int>)? {
    var general: (Role, Range<Int>)?
    for index in place..<min(place + 6, reading.count) {
      guard let token = reading[index], !token.isStop, token.stem != ",", token.number == nil, token.stem != "and" else { break }
      guard let match = Self.lexicon.match(at: index, in: reading.tokens) else { continue }
      // `TTFT 200 ms ITL 30 ms`: the phrase belongs to the number that follows it.
      let following = reading.skipping(["of", "=", ":", "under", "below", "<", "is"], from: match.range.upperBound)
      if reading[following]?.number != nil { break }
      if case .field = match.meaning { return (match.meaning, match.range) }
      if general == nil { general = (match.meaning, match.range) }
    }
    return general
  }
}
