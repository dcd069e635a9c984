/// Plans of several scenarios side by side. The first is what the others are compared with.
package struct PlanComparison: Sendable {
  package struct Scenario: Sendable {
    package var name: String
    package var result: PlanResult

    package init(name: String, result: PlanResult) {
      self.name = name
      self.result = result
    }
  }

  package enum Value: Sendable, Hashable {
    case number(Double)
    case text(String)

    package var number: Double? { if case .number(let number) = self { number } else { nil } }
  }

  /// How far a scenario's value is from that of the first one.
  package struct Difference: Sendable, Hashable {
    package var absolute: Double
    /// Of the first one's value; `nil` where that is 0.
    package var percent: Double?
  }

  /// One figure of all scenarios.
  package struct Row: Sendable {
    package let figure: ComparedFigure
    /// In the order of the scenarios; `nil` where there is no plan.
    package let values: [Value?]

    /// `nil` for words, and where either has no plan.
    package func difference(at place: Int) -> Difference? {
      guard place > 0, let base = values.first??.number, let value = values[place]?.number else { return nil }
      return Difference(absolute: value - base, percent: base == 0 ? nil : (value / base - 1) * 100)
    }

    /// Whether any scenario differs from the first.
    package var differs: Bool { values.dropFirst().contains { $0 != values.first } }
  }

  package let scenarios: [Scenario]

  package init(_ scenarios: [Scenario]) { self.scenarios = scenarios }

  package var rows: [Row] {
    ComparedFigure.allCases.map { figure in
      Row(figure: figure, values: scenarios.map { $0.result.plan.flatMap(figure.value) })
    }
  }
}
