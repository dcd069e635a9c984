import JSON
import Planning

extension PlanReport {
  /// Scenarios side by side: every figure with its values, and how far each is from the first scenario's.
  package static func json(_ comparison: PlanComparison) -> JSONValue {
    [
      "scenarios": .array(
        comparison.scenarios.map { scenario in
          var value: JSONValue = ["name": .string(scenario.name)]
          for member in json(scenario.result).object ?? [:] where !Self.long.contains(member.key) { value[member.key] = member.value }
          return value
        }),
      "figures": .array(comparison.rows.map { json($0, comparison.scenarios) }),
    ]
  }

  /// What a comparison leaves out.
  private static let long: Set<String> = ["viable", "rankings"]

  private static func json(_ row: PlanComparison.Row, _ scenarios: [PlanComparison.Scenario]) -> JSONValue {
    [
      "figure": .string(row.figure.rawValue), "title": .string(row.figure.title),
      "values": .array(
        zip(scenarios, row.values).enumerated().map { index, pair in
          var value: JSONValue = ["scenario": .string(pair.0.name), "value": json(pair.1)]
          if let difference = row.difference(at: index) {
            value["difference"] = .double(difference.absolute)
            value["differencePercent"] = difference.percent.map { .double($0) } ?? .null
          }
          return value
        }),
    ]
  }

  private static func json(_ value: PlanComparison.Value?) -> JSONValue {
    switch value {
    case .number(let number): .double(number)
    case .text(let text): .string(text)
    case nil: .null
    }
  }
}
