/// A summary as a person reads it in a terminal, alone or beside what it is compared with.
package struct SummaryTable: Sendable {
  private let summary: SimulationSummary
  private let base: SimulationSummary?
  private let duration: Double

  private static let figures: [(heading: String, figures: [Figure])] =
    [("ARRIVED", [.count(.arrived)]), ("SERVED", [.count(.served)]), ("REFUSED", [.count(.refused)]), ("FAILED", [.count(.failed)])]
    + Figure.Time.allCases.map { time in
      (time.rawValue.uppercased(), [Figure.Statistic.p50, .p95, .p99].map { .time(time, $0) })
    } + [("SHARE", [.share])]

  /// - Parameters:
  ///   - base: what it is compared with.
  ///   - duration: of arrivals that count, in seconds of virtual time.
  package init(_ summary: SimulationSummary, base: SimulationSummary? = nil, duration: Double) {
    self.summary = summary
    self.base = base
    self.duration = duration
  }

  package var text: String {
    let head = Self.figures.flatMap { group in
      group.figures.enumerated().map { index, figure -> String in
        guard case .time(_, let statistic) = figure else { return group.heading }
        return index == 0 ? "\(group.heading) \(statistic.rawValue)" : statistic.rawValue
      }
    }
    var rows = [["TIER"] + (base == nil ? [] : [""]) + head]
    let columns = Self.figures.flatMap(\.figures)
    for tier in summary.tiers {
      if let base {
        let isNew = !base.tiers.contains(tier)
        rows.append([tier, "base"] + columns.map { isNew ? "-" : cell($0, tier, base) })
        rows.append(["", "changed"] + columns.map { cell($0, tier, summary) })
        rows.append(["", "difference"] + columns.map { isNew ? "-" : difference($0, tier, base) })
      } else {
        rows.append([tier] + columns.map { cell($0, tier, summary) })
      }
    }
    return Self.align(rows, left: base == nil ? 1 : 2) + "\n" + footer
  }

  private var footer: String {
    var text = pool("Utilisation", .utilisation) + ", " + pool("longest wait", .longestWait)
    let broken = summary.reports.flatMap(\.violations)
    text += broken.isEmpty ? ", no invariant violated.\n" : ", \(broken.count) invariant(s) violated.\n"
    for violation in broken.prefix(5) {
      text += "  \(violation.invariant.rawValue) at \(FigureText.seconds(violation.at.inSeconds)): \(violation.detail)\n"
    }
    let margin = summary.reports.count > 1 ? ", means over \(summary.reports.count) runs, ± half the 95 % confidence interval" : ""
    return text + "Simulated, \(summary.seedText), \(FigureText.seconds(duration)) of virtual time counted\(margin).\n"
  }

  private func pool(_ label: String, _ figure: Figure) -> String {
    guard let base else { return "\(label) \(cell(figure, nil, summary))" }
    return "\(label) \(cell(figure, nil, base)) → \(cell(figure, nil, summary))"
  }

  private func cell(_ figure: Figure, _ tier: String?, _ summary: SimulationSummary) -> String {
    // A time that nobody was measured with says nothing.
    if case .time = figure, summary.estimate(.count(.served), tier: tier).mean == 0 { return "-" }
    let estimate = summary.estimate(figure, tier: tier)
    let text = FigureText.text(estimate.mean, figure.unit)
    guard summary.reports.count > 1 else { return text }
    return "\(text) ±\(figure.unit == .part ? FigureText.fixed(estimate.margin * 100, 1) : marginText(estimate, figure.unit))"
  }

  /// In the unit of the mean.
  private func marginText(_ estimate: SimulationSummary.Estimate, _ unit: Figure.Unit) -> String {
    let inMilliseconds = unit == .seconds && estimate.mean.magnitude < 0.9995
    let margin = inMilliseconds ? estimate.margin * 1000 : estimate.margin
    return margin >= 10 ? FigureText.fixed(margin, 0) : margin >= 1 ? FigureText.fixed(margin, 1) : FigureText.fixed(margin, 2)
  }

  private func difference(_ figure: Figure, _ tier: String, _ base: SimulationSummary) -> String {
    FigureText.difference(summary.estimate(figure, tier: tier).mean, from: base.estimate(figure, tier: tier).mean, figure.unit)
  }

  /// Words to the left, numbers to the right.
  package static func align(_ rows: [[String]], left: Int) -> String {
    let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (column < left ? cell + space : space + cell)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
