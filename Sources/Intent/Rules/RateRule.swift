/// How many requests come: `50 QPS`, `1,000 requests per minute`, `20 messages per user per day`, `a peak of 80 rps`.
struct RateRule {
  /// Requests per second of one user, until it is known how many there are.
  private var perUser: Finding?

  mutating func apply(_ amount: Amount, to reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    guard let rate = Self.rate(after: amount.place + 1, in: reading) else { return false }
    var end = rate.next
    var isPerUser = rate.isPerUser
    if ["per", "/", "each", "by"].contains(reading.stem(end) ?? ""), Units.people.contains(reading.stem(end + 1) ?? "") {
      isPerUser = true
      end += 2
    } else if isEachUser(before: amount.start, reading) {
      isPerUser = true
    }
    let range = amount.start..<end
    reading.explain(range)
    let value = amount.value / rate.seconds
    var note = amount.note
    if rate.seconds > 1 { note = "\(Plain(value)) requests/s" + (rate.seconds >= 86_400 ? ", spread evenly over day and night" : "") }
    if isPerUser {
      perUser = reading.finding(.expectedQPS, .number(value), range, .medium)
      return true
    }
    let field: Field = isPeak(range, reading) ? .peakQPS : .expectedQPS
    let finding = reading.finding(field, .number(value), range, rate.seconds >= 86_400 ? .medium : .high, note: note)
    understanding.offer(finding, isCorrection: reading.isCorrection(before: amount.start))
    return true
  }

  /// Turns a rate per user into one of all.
  func finish(_ understanding: inout Understanding) {
    guard var finding = perUser, let rate = finding.number else { return }
    guard let users = understanding.number(.users), understanding[.expectedQPS] == nil else {
      if understanding[.expectedQPS] == nil {
        understanding.note("\"\(finding.words)\" tells what one user sends; say how many users there are.")
      }
      return
    }
    finding.value = .number(rate * users)
    finding.note = "\(Plain(rate * users)) requests/s of \(Plain(users)) users together"
    understanding.set(finding)
  }

  /// The unit of a rate at `place`: `qps`, `requests per second`, `support tickets a day`.
  private static func rate(after place: Int, in reading: Reading) -> (seconds: Double, next: Int, isPerUser: Bool)? {
    let place = reading.stem(place) == "+" ? place + 1 : place
    switch reading.stem(place) {
    case "qps", "rps", "req/s", "qp", "rp": return (1, place + 1, false)
    case "rpm", "qpm": return (60, place + 1, false)
    case "rph": return (3600, place + 1, false)
    case "rpd": return (86_400, place + 1, false)
    default: break
    }
    // Up to three words between the number and what is counted.
    for noun in place..<(place + 4) {
      guard let token = reading[noun], token.isWord || token.stem == "-", reading.isFree(noun) else { return nil }
      guard Units.requests.contains(token.stem) else { continue }
      var next = noun + 1
      var isPerUser = false
      if ["per", "/", "from", "by"].contains(reading.stem(next) ?? "") {
        let user = ["each", "every", "a"].contains(reading.stem(next + 1) ?? "") ? next + 2 : next + 1
        if Units.people.contains(reading.stem(user) ?? "") {
          isPerUser = true
          next = user + 1
        }
      }
      if ["each", "arriving", "coming", "in"].contains(reading.stem(next) ?? ""), Units.period(at: next, in: reading) == nil { next += 1 }
      if let period = Units.period(at: next, in: reading) { return (period.seconds, period.next, isPerUser) }
    }
    return nil
  }

  /// `each user sends 5 …`.
  private func isEachUser(before place: Int, _ reading: Reading) -> Bool {
    (1...6).contains { distance in
      ["each", "every", "per", "one", "a"].contains(reading.stem(place - distance - 1) ?? "")
        && Units.people.contains(reading.stem(place - distance) ?? "")
    }
  }

  private func isPeak(_ range: Range<Int>, _ reading: Reading) -> Bool {
    let clause = reading.clause(around: range)
    return (max(clause.lowerBound, range.lowerBound - 5)..<min(clause.upperBound, range.upperBound + 4)).contains { place in
      ["peak", "peaking", "burst", "bursting", "spike", "spiking", "surge", "rush"].contains(reading.stem(place) ?? "")
    }
  }
}
