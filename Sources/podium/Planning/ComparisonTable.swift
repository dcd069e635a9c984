import Planning

/// Scenarios side by side as a person reads them in a terminal: a column each, and how far each is from the first.
struct ComparisonTable {
  private let comparison: PlanComparison

  init(_ comparison: PlanComparison) { self.comparison = comparison }

  var text: String {
    var rows = [[""] + comparison.scenarios.enumerated().flatMap { index, scenario in heading(scenario.name, index) }]
    for row in comparison.rows where row.values.contains(where: { $0 != nil }) {
      rows.append([row.figure.title] + row.values.indices.flatMap { cells(row, $0) })
    }
    return TextTable.align(rows, left: 1) + "\n" + notes
  }

  /// A scenario, and its difference from the first beside it.
  private func heading(_ name: String, _ index: Int) -> [String] { index == 0 ? [name] : [name, "difference"] }

  private func cells(_ row: PlanComparison.Row, _ index: Int) -> [String] {
    let value = row.values[index].map { row.figure.text($0) } ?? "-"
    guard index > 0 else { return [value] }
    if let difference = row.difference(at: index) { return [value, row.figure.text(difference)] }
    return [value, row.values[index] == nil || row.values[0] == nil ? "" : row.values[index] == row.values[0] ? "=" : "changed"]
  }

  private var notes: String {
    comparison.scenarios.map { scenario in
      switch scenario.result {
      case .planned(let recommendation): "\(scenario.name): \(recommendation.plan.why.first ?? "") Source: \(recommendation.plan.source)\n"
      case .noViablePlan(let refusal): "\(scenario.name): \(refusal.message)\n"
      }
    }.joined()
  }
}
