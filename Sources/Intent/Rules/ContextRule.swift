/// How much a model must read at a time: `32k context`, `a context window of 128k tokens`, `context length 32768`. Not how long prompts are:
/// those are typical, this is the most.
enum ContextRule {
  private static let nouns: Set<String> = ["window", "length", "size", "limit"]

  static func apply(_ amount: Amount, to reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    guard let range = after(amount, reading) ?? before(amount, reading) else { return false }
    reading.explain(range)
    let finding = reading.finding(.contextTokens, .number(amount.value), range, note: "the most that a model must read at a time")
    understanding.offer(finding, isCorrection: reading.isCorrection(before: amount.start))
    return true
  }

  /// `32k context`, `128k tokens context window`, `a 32k-token context`.
  private static func after(_ amount: Amount, _ reading: Reading) -> Range<Int>? {
    var next = reading.skipping(["-"], from: amount.place + 1)
    if ["token", "tok"].contains(reading.stem(next) ?? "") { next += 1 }
    next = reading.skipping(["-", "long"], from: next)
    guard reading.stem(next) == "context", amount.value >= 512 else { return nil }
    let isWindow = nouns.contains(reading.stem(next + 1) ?? "")
    return amount.start..<(next + (isWindow ? 2 : 1))
  }

  /// `a context window of at least 32k`, `context length: 32768 tokens`.
  private static func before(_ amount: Amount, _ reading: Reading) -> Range<Int>? {
    let links: Set<String> = [
      "of", "=", ":", "is", "be", "must", "about", "at", "least", "to", "up", "with", "support", "tokens", "minimum",
    ]
    var back = amount.place - 1
    while let stem = reading.stem(back), links.contains(stem), amount.place - back < 6 { back -= 1 }
    guard nouns.contains(reading.stem(back) ?? ""), reading.stem(back - 1) == "context", amount.value >= 512 else { return nil }
    let next = amount.place + 1
    return (back - 1)..<(["token", "tok"].contains(reading.stem(next) ?? "") ? next + 1 : next)
  }
}
