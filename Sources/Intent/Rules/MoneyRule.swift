/// What it may cost: `under $5,000 a month`, `5k/mo`, `budget of 3000`, `€20 per hour`.
enum MoneyRule {
  private static let symbols: [String: String] = ["$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"]
  private static let names: [String: String] = [
    "usd": "USD", "dollar": "USD", "buck": "USD", "eur": "EUR", "euro": "EUR", "gbp": "GBP", "pound": "GBP", "chf": "CHF", "yen": "JPY",
    "rupee": "INR", "inr": "INR", "us$": "USD",
  ]
  private static let hour = 3600.0, month = 2_628_000.0

  /// With a currency.
  static func apply(_ amount: Amount, to reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    var amount = amount
    var next = amount.place + 1
    var currency: String?
    let before = amount.note == nil ? amount.place - 1 : firstNumber(amount, reading) - 1
    if reading.stem(before - 1) == "-", reading[before].map({ $0.isGlued && $0.kind == .sign }) == true {
      reading.explain((before - 1)..<(amount.place + 1))
      understanding.note("\"\(reading.words((before - 1)..<(amount.place + 1)))\" is below zero; it was not used.")
      return true
    }
    if let symbol = reading.stem(before).flatMap({ symbols[$0] ?? names[$0] }), reading.isFree(before) {
      currency = symbol
      amount.start = min(amount.start, before)
      amount = amount.withComparators(reading)
    } else if let symbol = reading.stem(amount.place - 1).flatMap({ symbols[$0] }) {
      currency = symbol
    }
    if let after = reading.stem(next).flatMap({ symbols[$0] ?? names[$0] }) {
      currency = currency ?? after
      next += 1
    }
    guard let currency else { return false }
    take(amount, next: next, currency, to: &reading, &understanding)
    return true
  }

  private static func firstNumber(_ amount: Amount, _ reading: Reading) -> Int {
    (amount.start...amount.place).first { reading[$0]?.number != nil } ?? amount.place
  }

  /// `5k/mo`, `a budget of 5000`: a number for which no other rule had an explanation, beside a word of money.
  static func applyWithoutCurrency(_ amount: Amount, to reading: inout Reading, _ understanding: inout Understanding) {
    let hasPeriod = Units.period(at: amount.place + 1, in: reading).map { $0.seconds >= hour } ?? false
    let words: Set<String> = ["budget", "spend", "spending", "cost", "price", "pay", "afford", "cheaper", "expense", "presupuesto"]
    let clauseStart = max(0, amount.place - 6)
    let isNamed = (clauseStart..<amount.place).contains { reading.stem($0).map(words.contains) ?? false && reading.isFree($0) }
    let isNamedAfter = reading.stem(amount.place + 1) == "budget"
    guard isNamed || isNamedAfter || (hasPeriod && amount.value >= 100) else { return }
    guard hasPeriod || reading[amount.place + 1].map({ !$0.isWord || isNamedAfter || $0.stem != "%" }) ?? true else { return }
    take(amount, next: amount.place + 1, "USD", to: &reading, &understanding, isCertain: false)
  }

  private static func take(
    _ amount: Amount, next: Int, _ currency: String, to reading: inout Reading, _ understanding: inout Understanding, isCertain: Bool = true
  ) {
    var end = next
    var confidence: Finding.Confidence = isCertain ? .high : .medium
    var note: String?
    if let end = priceOfGPU(amount, next, currency, reading) {
      let range = (startOfEach(amount, reading) ?? amount.start)..<end
      reading.explain(range)
      understanding.offer(reading.finding(.purchasePrice, .number(amount.value), range), isCorrection: false)
      return
    }
    if let other = otherPrice(at: next, in: reading) {
      reading.explain(amount.start..<other.end)
      understanding.note("\"\(reading.words(amount.start..<other.end))\" is \(other.what); plans cannot be limited by it.")
      return
    }
    var seconds = month
    if let period = Units.period(at: next, in: reading) {
      (seconds, end) = period
    } else if let period = (1...6).compactMap({ Units.adverb(at: amount.start - $0, in: reading) }).first {
      seconds = period
    } else {
      note = "taken as USD a month"
      confidence = .medium
    }
    let range = amount.start..<end
    reading.explain(range)
    if amount.isFloor(reading) {
      understanding.note("\"\(reading.words(range))\" is a least amount; a budget is the most that a plan may cost.")
      return
    }
    if currency != "USD" {
      confidence = .low
      note = "\(currency) taken as USD, one for one"
      understanding.note("Prices are in USD; \"\(reading.words(range))\" was taken as USD, one for one. Write the amount in USD.")
    }
    let isHourly = seconds == hour
    let value = isHourly ? amount.value : amount.value * month / seconds
    if !isHourly, seconds != month { note = "\(Plain(value)) USD a month of 730 hours" }
    let finding = reading.finding(isHourly ? .maxHourlyUSD : .maxMonthlyUSD, .number(value), range, confidence, note: note ?? amount.note)
    understanding.offer(finding, isCorrection: reading.isCorrection(before: amount.start))
  }

  /// `each costs $28,000`, `a GPU costs about $28,000`: where that begins.
  private static func startOfEach(_ amount: Amount, _ reading: Reading) -> Int? {
    guard ["cost", "for", "at", "is"].contains(reading.stem(amount.start - 1) ?? "") else { return nil }
    let noun = reading.stem(amount.start - 2) ?? ""
    let isGPU =
      noun == "each"
      || ((noun == "gpu" || reading.acceleratorPlaces[amount.start - 2] != nil)
        && ["a", "one", "an", "each", "per"].contains(reading.stem(amount.start - 3) ?? ""))
    return isGPU ? amount.start - 2 : nil
  }

  /// `$30,000 per GPU`, `25k USD each` beside a GPU: what one costs to buy, since no hour of it costs that much. The place after it.
  private static func priceOfGPU(_ amount: Amount, _ next: Int, _ currency: String, _ reading: Reading) -> Int? {
    guard currency == "USD", amount.value >= 500 else { return nil }
    if startOfEach(amount, reading) != nil, Units.period(at: next, in: reading) == nil { return next }
    if ["each", "apiece"].contains(reading.stem(next) ?? ""), reading.isBoundary(next + 1) {
      let clause = reading.clause(around: amount.start..<next)
      let words: Set<String> = ["gpu", "gpus", "card", "buy", "buying", "purchase", "purchasing"]
      return clause.contains { reading.stem($0).map(words.contains) ?? false || reading.acceleratorPlaces[$0] != nil } ? next + 1 : nil
    }
    guard ["per", "/", "a", "for", "each"].contains(reading.stem(next) ?? "") else { return nil }
    let noun = reading.skipping(["each", "a", "one", "single"], from: next + 1)
    guard ["gpu", "gpus", "card"].contains(reading.stem(noun) ?? "") || reading.acceleratorPlaces[noun] != nil else { return nil }
    let end = reading.skipping(["gpu", "card"], from: noun + 1)
    return Units.period(at: end, in: reading) == nil && reading.stem(end) != "hour" && reading.stem(end) != "month" ? end : nil
  }

  /// A price of something else than the whole: tokens, power, one GPU.
  private static func otherPrice(at place: Int, in reading: Reading) -> (what: String, end: Int)? {
    guard ["per", "/", "a", "for", "each"].contains(reading.stem(place) ?? "") else { return nil }
    for end in (place + 1)..<(place + 5) {
      switch reading.stem(end) {
      case "token": return ("a price of tokens", end + 1)
      case "kwh", "kilowatt": return ("a price of power (pricing.powerPriceUSDPerKWh of a ModelDeployment)", end + 1)
      case "gpu", "card": return ("the price of one GPU (pricing.pricePerGPUHourUSD of a ModelDeployment)", end + 1)
      case "user", "request", "seat", "query", "call": return ("a price for each \(reading.stem(end) ?? "")", end + 1)
      case ",", "for", "and", "with", "month", "mo", "hour", "year", nil: return nil
      default: continue
      }
    }
    return nil
  }
}

/// A number without a needless fraction.
struct Plain: CustomStringConvertible {
  private let value: Double

  init(_ value: Double) { self.value = value }

  var description: String {
    let rounded = (value * 1000).rounded() / 1000
    guard rounded.magnitude < 1e15 else { return "\(value)" }
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded == 0 ? value : rounded)"
  }
}
