import JSON
import PolicyFormat

/// What somebody expects of a figure: a scenario with expectations is a test.
///
/// A multiple such as `< 1.2x` is of the same figure unloaded: the same requests, so few that none waits for another. As nobody waits
/// then, a multiple of a wait is of the unloaded response.
package struct Expectation: Sendable, Equatable {
  package enum Comparison: String, Sendable, CaseIterable {
    // Longer ones first: how they are looked for.
    case atMost = "<="
    case atLeast = ">="
    case equal = "=="
    case below = "<"
    case above = ">"

    func holds(_ value: Double, _ bound: Double) -> Bool {
      switch self {
      case .atMost: value <= bound
      case .atLeast: value >= bound
      case .equal: value == bound
      case .below: value < bound
      case .above: value > bound
      }
    }
  }

  package enum Bound: Sendable, Equatable {
    case value(Double)
    /// Of the figure unloaded.
    case multiple(Double)
    /// Of the requests that arrived.
    case partOfArrived(Double)
  }

  /// `nil`: of all tiers together.
  package var tier: String?
  package var figure: Figure
  package var comparison: Comparison
  package var bound: Bound
  /// As it was written.
  package var text: String

  package var needsUnloaded: Bool { if case .multiple = bound { true } else { false } }
}

// MARK: Judging

extension Expectation {
  package struct Verdict: Sendable, Equatable {
    package var expectation: Expectation
    package var seed: UInt64
    package var measured: Double
    package var wanted: Double
    package var holds: Bool

    /// One line: what was wanted, and what was measured.
    package var text: String {
      let unit = expectation.figure.unit
      let name = [expectation.tier, expectation.figure.name].compactMap { $0 }.joined(separator: " ")
      var wanted = "\(expectation.comparison.rawValue) \(FigureText.text(wanted, unit))"
      if case .value = expectation.bound {} else { wanted += " (\(expectation.text))" }
      return "\(holds ? "ok    " : "FAILED") \(name): measured \(FigureText.text(measured, unit)), wanted \(wanted)"
    }
  }

  /// - Parameter unloaded: the report of the unloaded scenario, which multiples are of.
  package func verdict(_ report: SimulationReport, unloaded: SimulationReport?, seed: UInt64) -> Verdict {
    let measured = figure.value(in: report, tier: tier)
    let wanted =
      switch bound {
      case .value(let value): value
      case .multiple(let factor): factor * (unloaded.map { reference.value(in: $0, tier: tier) } ?? 0)
      case .partOfArrived(let part): part * Figure.count(.arrived).value(in: report, tier: tier)
      }
    return Verdict(expectation: self, seed: seed, measured: measured, wanted: wanted, holds: comparison.holds(measured, wanted))
  }

  /// The figure that a multiple is of.
  private var reference: Figure {
    if case .time(.wait, let statistic) = figure { return .time(.response, statistic) }
    return figure == .longestWait ? .time(.response, .mean) : figure
  }
}
