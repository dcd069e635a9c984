import JSON
import PolicyFormat

extension SpendingBudget {
  /// `{tenant: NAME, limitUSD: 100, period: month, warnAt: 0.8}`; `*` for each one by itself.
  init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    let rule = try AccountRule(&reader)
    guard let limit = try reader.number("limitUSD"), limit > 0, limit <= 1e9 else {
      throw PolicyError(path: reader.path("limitUSD"), reason: "must be US dollars above 0, at most 1000000000")
    }
    guard let period = try reader.choice("period", BudgetPeriod.self) else {
      throw PolicyError(path: reader.path("period"), reason: "is missing: write one of hour, day, month")
    }
    let warnAt = try reader.number("warnAt") ?? 0.8
    guard (0...1).contains(warnAt) else {
      throw PolicyError(path: reader.path("warnAt"), reason: "is \(warnAt): write a share from 0 to 1")
    }
    try reader.finish()
    self.init(rule.scope, rule.name, limit: USD(limit), period: period, warnAt: warnAt)
  }
}

extension UsageLimit {
  /// `{key: NAME, requestsPerMinute: 60, tokensPerMinute: 100000}`; `*` for each one by itself.
  init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    let rule = try AccountRule(&reader)
    var rates: [Int?] = []
    for field in ["requestsPerMinute", "tokensPerMinute"] {
      let rate = try reader.integer(field)
      if let rate, !(1...1_000_000_000).contains(rate) {
        throw PolicyError(path: reader.path(field), reason: "is \(rate): write a number from 1 to 1000000000")
      }
      rates.append(rate)
    }
    try reader.finish()
    guard rates.contains(where: { $0 != nil }) else {
      throw PolicyError(path: path, reason: "limits nothing: write requestsPerMinute, tokensPerMinute or both")
    }
    self.init(rule.scope, rule.name, requestsPerMinute: rates[0], tokensPerMinute: rates[1])
  }
}

extension AccountRule {
  fileprivate init(_ reader: inout FieldReader) throws(PolicyError) {
    var found: [AccountRule] = []
    for scope in AccountScope.allCases {
      guard let name = try reader.string(scope.rawValue) else { continue }
      guard (1...256).contains(name.utf8.count) else {
        throw PolicyError(path: reader.path(scope.rawValue), reason: "must have 1 to 256 bytes; * is for each one by itself")
      }
      found.append(AccountRule(scope: scope, name: name))
    }
    guard found.count == 1, let rule = found.first else {
      throw PolicyError(
        path: reader.path, reason: "\(found.isEmpty ? "is for nobody" : "is for several"): write exactly one of tenant, team, key")
    }
    self = rule
  }
}
