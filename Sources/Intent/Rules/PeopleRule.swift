/// Who uses it: `1000 users`, `a team of 25`, `1.5k very busy support agents`, `10k DAU`.
enum PeopleRule {
  private static let groups: Set<String> = [
    "team", "company", "organization", "org", "firm", "group", "class", "department", "staff", "audience", "workforce", "startup", "base",
    "office", "school", "university", "community", "agency", "bank", "hospital",
  ]

  static func apply(_ amount: Amount, to reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    guard let (range, noun) = people(amount, reading) else { return false }
    reading.explain(range)
    var (value, confidence, note) = (amount.value, Finding.Confidence.high, amount.note)
    // `1.500 users`, as much of Europe writes it: half a person was not meant.
    if amount.decimals == 3, value < 1000, value != value.rounded() || reading[amount.place]?.text.hasSuffix(".000") == true {
      value = (value * 1000).rounded()
      (confidence, note) = (.medium, "\(Plain(value)): the point was read as a separator of thousands")
    }
    if noun == "mau" || noun == "dau" || noun == "active" {
      confidence = .medium
      note = "taken as the people who use the application; the use case says how many are active at a time"
    }
    let finding = reading.finding(.users, .number(value), range, confidence, note: note)
    understanding.offer(finding, isCorrection: reading.isCorrection(before: amount.start))
    if range.contains(where: { ["concurrent", "simultaneous", "concurrently", "simultaneously"].contains(reading.stem($0) ?? "") }) {
      understanding.note(
        "\"\(finding.words)\": the use case says what share of the users is active at a time; if all of them send requests all the time, say"
          + " how many requests come per second.")
    }
    return true
  }

  private static func people(_ amount: Amount, _ reading: Reading) -> (Range<Int>, String)? {
    var noun = amount.place + 1
    while let stem = reading.stem(noun), ["+", "-", "plus", "or", "so"].contains(stem) { noun += 1 }
    // `hundreds of users`.
    if reading[amount.place]?.isRough == true, reading.stem(noun) == "of" { noun += 1 }
    var isActive = false
    for place in noun..<(noun + 5) {
      guard let token = reading[place], token.isWord, reading.isFree(place), !token.isStop else { break }
      if ["monthly", "daily", "weekly", "active"].contains(token.stem) { isActive = true }
      if Units.people.contains(token.stem), !isOtherNoun(place, reading) {
        var end = place + 1
        if ["concurrently", "simultaneously", "concurrent"].contains(reading.stem(end) ?? "") { end += 1 }
        return (amount.start..<end, isActive ? "active" : token.stem)
      }
      if ["per", "for", "of", "a", "to", "the", "and", "with", "in", "from", "at", "is", "are"].contains(token.stem) { break }
    }
    // `a team of 25`, `users: 1000`, `number of users is 500`.
    var back = amount.start - 1
    while let stem = reading.stem(back), ["of", ":", "=", "is", "are", "about", "around", "be", "will", "count", "by"].contains(stem) {
      back -= 1
    }
    guard back >= 0, back < amount.start - 1, reading.isFree(back), let stem = reading.stem(back) else { return nil }
    if ["user", "people", "headcount", "seat", "customer", "employee"].contains(stem) || groups.contains(stem) {
      guard Units.time(at: amount.place + 1, in: reading) == nil, reading[amount.place + 1]?.stem != "%" else { return nil }
      let isAtOnce = ["concurrent", "simultaneous", "concurrently"].contains(reading.stem(amount.place + 1) ?? "")
      return (back..<(amount.place + (isAtOnce ? 2 : 1)), stem)
    }
    return nil
  }

  /// `500 customer support chats`, `20 user requests`: the noun only describes the next one.
  private static func isOtherNoun(_ place: Int, _ reading: Reading) -> Bool {
    guard let next = reading.stem(place + 1), reading[place + 1]?.isWord == true else { return false }
    return Units.people.contains(next) || Units.requests.contains(next)
      || (next == "support" && Units.people.contains(reading.stem(place + 2) ?? ""))
  }
}
