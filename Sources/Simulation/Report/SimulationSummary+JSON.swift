import JSON

extension SimulationSummary {
  /// The summary for machines: times in seconds, parts from 0 to 1. With more than one run a figure is `{"mean": …, "margin": …}`.
  package var json: JSONValue {
    var tiers = JSONObject()
    for tier in self.tiers {
      var object = JSONObject()
      for count in Figure.Count.allCases { object[count.rawValue] = value(.count(count), tier) }
      for time in Figure.Time.allCases {
        object["\(time.rawValue)Seconds"] = .object(
          JSONObject(Figure.Statistic.allCases.map { ($0.rawValue, value(.time(time, $0), tier)) }))
      }
      object["share"] = value(.share, tier)
      tiers[tier] = .object(object)
    }
    return [
      "basis": "simulated", "seeds": .array(seeds.map { .int(Int64(clamping: $0)) }), "tiers": .object(tiers),
      "utilisation": value(.utilisation, nil), "queuedAtServers": value(.queuedAtServers, nil),
      "longestWaitSeconds": value(.longestWait, nil),
      "violations": .array(
        reports.flatMap(\.violations).map {
          ["invariant": .string($0.invariant.rawValue), "atSeconds": .double($0.at.inSeconds), "detail": .string($0.detail)]
        }),
      // As text: not every reader of JSON keeps 64 bits.
      "digests": .array(reports.map { .string(String($0.digest, radix: 16)) }),
    ]
  }

  private func value(_ figure: Figure, _ tier: String?) -> JSONValue {
    let estimate = estimate(figure, tier: tier)
    guard reports.count > 1 else { return Self.number(estimate.mean, figure.unit) }
    return ["mean": .double(estimate.mean), "margin": .double(estimate.margin)]
  }

  private static func number(_ value: Double, _ unit: Figure.Unit) -> JSONValue {
    unit == .requests ? JSONValue(Int(value)) : .double(value)
  }
}

extension Expectation.Verdict {
  package var json: JSONValue {
    [
      "tier": expectation.tier.map(JSONValue.string) ?? .null, "figure": .string(expectation.figure.name),
      "expected": .string(expectation.text),
      "seed": .int(Int64(clamping: seed)), "measured": .double(measured), "wanted": .double(wanted), "holds": .bool(holds),
    ]
  }
}
