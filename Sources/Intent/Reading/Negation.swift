/// Whether words are said of what is *not* wanted.
extension Reading {
  static let negators: Set<String> = [
    "not", "no", "never", "without", "don't", "dont", "doesn't", "doesnt", "isn't", "isnt", "aren't", "won't", "can't", "cannot", "needn't",
    "shouldn't", "neither", "nor", "avoid", "avoiding", "except", "excluding", "exclude", "kein", "keine", "ohne", "nicht", "pas", "sans",
    "sin",
    "skip", "unlike", "wouldn't", "didn't", "ain't",
  ]

  /// A word of denial shortly before, in the same part of the sentence: `not a chatbot`, `without using H100s`, `anything but H100`.
  /// - Parameter inList: It holds for every name of a list: `no H100, no A100 and B200`.
  func isNegated(before place: Int, inList: Bool = false) -> Bool {
    var back = place - 1
    while back >= 0, place - back <= 5, let token = self[back], !token.isStop {
      if Self.negators.contains(token.stem) { return !isBound(back) }
      if token.stem == "but" { return ["anything", "everything", "any", "all"].contains(stem(back - 1) ?? "") }
      if isBoundary(back), token.stem != "and" || !inList, !(inList && isListed(back)) { return false }
      back -= 1
    }
    if stem(place - 1) == "than" || stem(place - 1) == "of" {
      return ["other than", "instead of", "rather than"].contains("\(stem(place - 2) ?? "") \(stem(place - 1) ?? "")")
    }
    return false
  }

  /// `no more than`, `not above`, `not only`: a bound, or no denial at all.
  private func isBound(_ place: Int) -> Bool {
    ["more", "less", "above", "over", "exceed", "only", "to", "just", "later", "longer", "slower"].contains(stem(place + 1) ?? "")
      || (stem(place + 1) == "be" && ["more", "above", "over"].contains(stem(place + 2) ?? ""))
  }

  /// A comma or colon between two names of a list.
  private func isListed(_ place: Int) -> Bool {
    stem(place) == "," && (acceleratorPlaces[place - 1] != nil || stem(place - 1).map { $0.contains { $0.isNumber } } ?? false)
  }

  private static let importance: Set<String> = [
    "matter", "important", "critical", "crucial", "issue", "concern", "problem", "priority", "needed", "required", "necessary", "object",
    "constraint", "worry", "limit", "limited", "essential", "factor", "relevant", "need", "bottleneck",
  ]

  /// Said afterwards to be of no weight: `latency is not important`, `money is no object`, `cost can wait`.
  func isDismissed(after place: Int) -> Bool {
    var (place, end, denied) = (place, place + 7, false)
    while place < end, let token = self[place], !token.isStop, token.stem != ",", token.stem != "but" {
      if Self.negators.contains(token.stem) { denied = true }
      if denied, Self.importance.contains(token.stem) { return true }
      if ["secondary", "irrelevant", "unimportant", "egal", "negligible"].contains(token.stem) { return true }
      if token.stem == "can", stem(place + 1) == "wait" || stem(place + 1) == "suffer" { return true }
      if token.stem == "and" { end = place }
      place += 1
    }
    return false
  }

  /// `don't care about latency`, `not worried about cost`, `regardless of price`.
  func isDismissed(before place: Int) -> Bool {
    for phrase in [
      ["care", "about"], ["worried", "about"], ["worry", "about"], ["concerned", "about"], ["mind"], ["regardless", "of"],
    ] {
      var start = place - phrase.count
      while let word = stem(start + phrase.count - 1), ["the", "about", "much", "too", "how"].contains(word), start > place - 5 {
        start -= 1
      }
      guard start >= 0, reads(phrase, at: start) else { continue }
      if phrase[0] == "regardless" || isNegated(before: start) { return true }
    }
    return false
  }
}
