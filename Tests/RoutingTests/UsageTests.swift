import JSON
import PolicyFormat
import Routing
import Scheduling
import Testing

@Suite("Limits of requests and tokens")
struct UsageTests {
  static func at(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: UInt64(1e12 + seconds * 1e9)) }
  static func taken(_ answer: UsageLimiter.Answer) -> UsageLimiter.Reservation? {
    if case .reserved(let reservation) = answer { reservation } else { nil }
  }

  @Test("A minute's worth may be used at once; who comes back when it is told finds enough")
  func burst() throws {
    let limit = UsageLimit(.key, "*", requestsPerMinute: 7)
    var limiter = UsageLimiter([limit])
    for _ in 0..<7 { #expect(Self.taken(limiter.reserve(tokens: 5, for: Payer(key: "k"), now: Self.at(0))) != nil) }
    guard case .wait(let wait, let refused) = limiter.reserve(tokens: 5, for: Payer(key: "k"), now: Self.at(0)) else { throw Failed() }
    #expect(refused == limit && wait == .nanoseconds(8_571_428_572))
    #expect(Self.taken(limiter.reserve(tokens: 5, for: Payer(key: "other"), now: Self.at(0))) != nil)
    #expect(Self.taken(limiter.reserve(tokens: 5, for: Payer(key: "k"), now: Self.at(0).advanced(by: wait - .nanoseconds(1)))) == nil)
    #expect(Self.taken(limiter.reserve(tokens: 5, for: Payer(key: "k"), now: Self.at(0).advanced(by: wait))) != nil)
  }

  struct Failed: Error {}

  @Test("Tokens are taken before and given back after; too many at once are never possible")
  func tokens() throws {
    let limit = UsageLimit(.tenant, "a", tokensPerMinute: 1000)
    var limiter = UsageLimiter([limit])
    let payer = Payer(tenant: "a")
    #expect(limiter.reserve(tokens: 1001, for: payer, now: Self.at(0)) == .never(limit: limit))
    let first = try #require(Self.taken(limiter.reserve(tokens: 900, for: payer, now: Self.at(0))))
    #expect(Self.taken(limiter.reserve(tokens: 200, for: payer, now: Self.at(0))) == nil)
    limiter.settle(first, tokens: 100, now: Self.at(0))
    let second = try #require(Self.taken(limiter.reserve(tokens: 900, for: payer, now: Self.at(0))))
    // More than was taken is counted all the same: 1,500 in all, and a request waits until 600 of them are earned again.
    limiter.settle(second, tokens: 1400, now: Self.at(0))
    #expect(Self.taken(limiter.reserve(tokens: 100, for: payer, now: Self.at(35.9))) == nil)
    let third = try #require(Self.taken(limiter.reserve(tokens: 100, for: payer, now: Self.at(36))))
    limiter.release(third, now: Self.at(36))
    #expect(Self.taken(limiter.reserve(tokens: 100, for: payer, now: Self.at(36))) != nil)
  }

  @Test("A refusal by one limit takes nothing from the others")
  func atomic() {
    var limiter = UsageLimiter([UsageLimit(.tenant, "*", requestsPerMinute: 10), UsageLimit(.key, "*", requestsPerMinute: 1)])
    let payer = Payer(tenant: "a", key: "k")
    #expect(Self.taken(limiter.reserve(tokens: 0, for: payer, now: Self.at(0))) != nil)
    for _ in 0..<20 { #expect(Self.taken(limiter.reserve(tokens: 0, for: payer, now: Self.at(0))) == nil) }
    let others = (0..<20).filter { Self.taken(limiter.reserve(tokens: 0, for: Payer(tenant: "a", key: "\($0)"), now: Self.at(0))) != nil }
    #expect(others.count == 9)
  }

  @Test("In no window more is used than a minute's worth and what that time earns", arguments: 0..<30)
  func windows(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let (requests, tokens) = (1 + Int(random.next() % 50), 100 + Int(random.next() % 5000))
    var limiter = UsageLimiter([UsageLimit(.key, "*", requestsPerMinute: requests, tokensPerMinute: tokens)])
    var used: [(time: Double, tokens: Int)] = []
    var seconds = 0.0
    for _ in 0..<400 {
      seconds += random.unit() * (random.unit() < 0.05 ? 200 : 1)
      let wanted = Int(random.next() % UInt64(tokens))
      guard let reservation = Self.taken(limiter.reserve(tokens: wanted, for: Payer(key: "k"), now: Self.at(seconds))) else { continue }
      let actual = Int(Double(wanted) * random.unit())
      if random.unit() < 0.7 {
        limiter.settle(reservation, tokens: actual, now: Self.at(seconds))
        used.append((seconds, actual))
      } else {
        used.append((seconds, wanted))
      }
    }
    for start in used.indices {
      var sum = (requests: 0, tokens: 0)
      for use in used[start...] {
        sum = (sum.requests + 1, sum.tokens + use.tokens)
        let minutes = 1 + (use.time - used[start].time) / 60
        #expect(Double(sum.requests) <= Double(requests) * minutes + 1e-6, "seed \(seed)")
        #expect(Double(sum.tokens) <= Double(tokens) * minutes + 1e-6, "seed \(seed)")
      }
    }
  }

  @Test("Budgets, limits and learning are read from the file of models; mistakes are told with what to write")
  func file() throws {
    func read(_ field: String, _ value: JSONValue) throws -> RoutingConfiguration {
      try RoutingConfiguration(json: .object(["models": [try Sample.modelJSON()]]).setting(field, value))
    }
    #expect(
      try read("budgets", [["tenant": "*", "limitUSD": 5, "period": "day"]]).budgets
        == [SpendingBudget(.tenant, "*", limit: USD(5), period: .day)])
    #expect(try read("limits", [["key": "k", "tokensPerMinute": 5]]).limits == [UsageLimit(.key, "k", tokensPerMinute: 5)])
    #expect(try read("learning", ["exploration": 0.1]).learning == LearningSettings(exploration: 0.1))
    #expect(try read("limits", []).learning == nil)
    let mistakes: [(String, JSONValue, String)] = [
      ("budgets", [["limitUSD": 5, "period": "day"]], "budgets[0]: is for nobody: write exactly one of tenant, team, key"),
      ("budgets", [["tenant": "a", "key": "b", "limitUSD": 5, "period": "day"]], "budgets[0]: is for several"),
      ("budgets", [["tenant": "a", "limitUSD": 0, "period": "day"]], "budgets[0].limitUSD: must be US dollars above 0"),
      ("budgets", [["tenant": "a", "limitUSD": 1]], "budgets[0].period: is missing: write one of hour, day, month"),
      ("budgets", [["tenant": "a", "limitUSD": 1, "period": "day", "warnAt": 2]], "budgets[0].warnAt: is 2.0: write a share"),
      ("limits", [["key": "k"]], "limits[0]: limits nothing"),
      ("limits", [["key": "k", "requestsPerMinute": 0]], "limits[0].requestsPerMinute: is 0: write a number from 1"),
      ("learning", ["exploration": 0.6], "learning.exploration: is 0.6: write a share from 0 to 0.5"),
    ]
    for (field, value, message) in mistakes {
      let error = #expect(throws: PolicyError.self) { try read(field, value) }
      #expect("\(error.map { "\($0)" } ?? "")".hasPrefix(message), "\(error.map { "\($0)" } ?? "")")
    }
  }
}

extension JSONValue {
  fileprivate func setting(_ field: String, _ value: JSONValue) -> JSONValue {
    var json = self
    json[field] = value
    return json
  }
}
