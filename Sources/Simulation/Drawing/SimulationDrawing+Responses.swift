import Drawing

/// Response times by percentile, and shares.
extension SimulationDrawing {
  /// The horizontal axis counts nines, as HdrHistogram's plots do: what happens to the unluckiest is as wide as what happens to most.
  private static let nines: [(percent: Double, label: String)] = [(0, "0 %"), (50, "50 %"), (90, "90 %"), (99, "99 %"), (99.9, "99.9 %")]

  var responses: [SVGElement] {
    let panel = Panel(title: "Response time by percentile, arrival to last token", left: 88, top: 136, width: 512, height: 250)
    let reports = [report] + (base.map { [$0] } ?? [])
    let served = reports.flatMap(\.tiers).map(\.latencies).filter { $0.count > 0 }
    guard let least = served.map({ $0.percentile(0) }).min(), let most = served.map({ $0.percentile(99.9) }).max() else {
      return [panel.heading(), panel.nothing("no request was answered")]
    }
    let y = AxisScale.logarithmic(least, most, from: panel.bottom, to: panel.top)
    let x = AxisScale.linear(to: 3, from: panel.left, to: panel.right)
    var elements = [panel.heading()] + panel.horizontalGrid(y, TickText.seconds)
    elements += panel.verticalGrid(Self.nines.map { (x.place(Self.nines($0.percent)), $0.label) })
    elements.append(panel.caption("percentile of answered requests"))
    for (index, tier) in (base?.tiers ?? []).enumerated() {
      elements += curve(tier, x, y, css: "\(DrawingStyle.stroke(colorIndex(tier.name) ?? index)) dashed")
    }
    for (index, tier) in report.tiers.enumerated() { elements += curve(tier, x, y, css: DrawingStyle.stroke(index)) }
    return [.group(elements)]
  }

  private func curve(_ tier: TierReport, _ x: AxisScale, _ y: AxisScale, css: String) -> [SVGElement] {
    guard tier.latencies.count > 0 else { return [] }
    // Beyond one in the number of samples there is nothing to see.
    let last = min(3, AxisScale.decimal(Double(tier.latencies.count)))
    let points = stride(from: 0.0, through: last + 1e-9, by: 0.04).map { nines in
      let percent = 100 * (1 - Logarithm.exponential(-nines * 2.302_585_092_994_045_7))
      return Point(x.place(nines), y.place(tier.latencies.percentile(percent)))
    }
    return [.polyline(points, css: css)]
  }

  private static func nines(_ percent: Double) -> Double { -AxisScale.decimal(1 - percent / 100) }

  func colorIndex(_ tier: String) -> Int? { report.tiers.firstIndex { $0.name == tier } }

  // MARK: Shares

  var shares: [SVGElement] {
    let panel = Panel(title: "Share of the work", left: 664, top: 136, width: 184, height: 250)
    var elements = [panel.heading()]
    let weights = Double(scenario.policy.tiers.reduce(0) { $0 + $1.weight })
    let bars = base == nil ? 2 : 3
    let slot = panel.height / Double(max(1, report.tiers.count))
    let bar = min(16.0, (slot - 26) / Double(bars))
    for (index, tier) in report.tiers.enumerated() {
      var y = panel.top + slot * Double(index)
      elements.append(.text(tier.name, Point(panel.left, y + 12), css: "label"))
      y += 19
      var rows = [("served", report.share(tier.name), DrawingStyle.fill(index))]
      if let base { rows.append(("base", base.share(tier.name), "\(DrawingStyle.fill(index)) area")) }
      let weight = scenario.policy.tiers.first { $0.name == tier.name }?.weight ?? 0
      rows.append(("weight", Double(weight) / max(1, weights), "\(DrawingStyle.fill(index)) pale"))
      for (name, part, css) in rows {
        elements.append(.rectangle(Point(panel.left, y), width: panel.width * part, height: bar - 3, css: css))
        elements.append(
          .text("\(FigureText.text(part, .part)) \(name)", Point(panel.left + panel.width * part + 6, y + bar - 5), css: "tick"))
        y += bar
      }
    }
    return [.group(elements)]
  }
}
