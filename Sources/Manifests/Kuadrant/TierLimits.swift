import JSON
import QoSAPI

/// The `limits` of a tier of a QoSPolicy.
struct TierLimits {
  struct Amounts {
    var requestsPerMinute: Int?
    var requestsPerDay: Int?
    var tokensPerMinute: Int?
    var tokensPerDay: Int?

    init(_ json: JSONValue?) {
      requestsPerMinute = json?["requestsPerMinute"]?.int
      requestsPerDay = json?["requestsPerDay"]?.int
      tokensPerMinute = json?["tokensPerMinute"]?.int
      tokensPerDay = json?["tokensPerDay"]?.int
    }

    /// As Kuadrant's rates.
    var tokenRates: [JSONValue] { Self.rates(tokensPerMinute, tokensPerDay) }
    var requestRates: [JSONValue] { Self.rates(requestsPerMinute, requestsPerDay) }

    private static func rates(_ perMinute: Int?, _ perDay: Int?) -> [JSONValue] {
      [(perMinute, "1m"), (perDay, "24h")].compactMap { limit, window in
        limit.map { ["limit": JSONValue($0), "window": .string(window)] }
      }
    }
  }

  let tier: String
  /// Of all callers of the tier together.
  let all: Amounts
  let perTenant: Amounts

  /// Of every tier, in the policy's order.
  static func all(of policy: QoSPolicy) -> [TierLimits] {
    (policy.object[["spec", "tiers"]]?.array ?? []).compactMap { json in
      json["name"]?.string.map {
        TierLimits(tier: $0, all: Amounts(json["limits"]), perTenant: Amounts(json[["limits", "perTenant"]]))
      }
    }
  }
}
