import Drawing
import Scheduling

/// Who waited and who ran when.
extension SimulationDrawing {
  var overTime: [SVGElement] {
    let series = report.series
    let end = Double(series.steps.count) * series.width
    let waiting = Panel(title: "Requests waiting in the scheduler", left: 88, top: 468, width: 776, height: 140)
    let running = Panel(title: "Slots in use, one tier on the other", left: 88, top: 682, width: 776, height: 140)
    let x = AxisScale.time(to: end, from: waiting.left, to: waiting.right)
    return [
      .group(waitingChart(waiting, x, series) + faults(waiting, x, named: true)),
      .group(runningChart(running, x, series) + faults(running, x, named: false)),
    ]
  }

  private func frame(_ panel: Panel, _ x: AxisScale, _ y: AxisScale, caption: Bool) -> [SVGElement] {
    warmUp(panel, x) + [panel.heading()] + panel.horizontalGrid(y, TickText.number)
      + panel.verticalGrid(x.ticks.map { (x.place($0), TickText.time($0, upTo: x.most)) })
      + (caption ? [panel.caption("virtual time since the start")] : [])
  }

  private func waitingChart(_ panel: Panel, _ x: AxisScale, _ series: TimeSeries) -> [SVGElement] {
    let most = series.steps.map { step in report.tiers.indices.map { step.waiting(tier: $0) }.max() ?? 0 }.max() ?? 0
    let y = AxisScale.linear(to: most, from: panel.bottom, to: panel.top, ticks: 4)
    var elements = frame(panel, x, y, caption: false)
    // The highest priority on top of the others.
    for tier in report.tiers.indices.reversed() {
      let points = series.steps.enumerated().map { index, step in
        Point(x.place((Double(index) + 0.5) * series.width), y.place(step.waiting(tier: tier)))
      }
      elements.append(.polyline(points, css: DrawingStyle.stroke(tier)))
    }
    return elements
  }

  private func runningChart(_ panel: Panel, _ x: AxisScale, _ series: TimeSeries) -> [SVGElement] {
    let places = scenario.servers.reduce(0) { $0 + $1.maximumSequences }
    let used = series.steps.map { step in report.tiers.indices.reduce(0) { $0 + step.inUse(tier: $1) } }.max() ?? 0
    // A few requests at a thousand places are still to be seen.
    let top = used * 4 < Double(places) ? used : max(used, Double(places))
    let y = AxisScale.linear(to: top, from: panel.bottom, to: panel.top, ticks: 4)
    var elements = frame(panel, x, y, caption: true)
    var below = Array(repeating: 0.0, count: series.steps.count)
    for tier in report.tiers.indices {
      let above = zip(below, series.steps).map { $0 + $1.inUse(tier: tier) }
      let places = series.steps.indices.map { x.place((Double($0) + 0.5) * series.width) }
      let upper = zip(places, above).map { Point($0, y.place($1)) }
      let lower = zip(places, below).map { Point($0, y.place($1)) }
      elements.append(.polygon(upper + lower.reversed(), css: "\(DrawingStyle.fill(tier)) area"))
      below = above
    }
    guard Double(places) <= y.most else { return elements }
    let line = y.place(Double(places))
    elements.append(.line(Point(panel.left, line), Point(panel.right, line), css: "axis dashed"))
    elements.append(.text("\(places) places", Point(panel.right + 6, line + 4), css: "tick"))
    return elements
  }

  /// The time that is not counted.
  private func warmUp(_ panel: Panel, _ x: AxisScale) -> [SVGElement] {
    guard scenario.warmUp > .zero else { return [] }
    let width = x.place(scenario.warmUp.inSeconds) - panel.left
    return [.rectangle(Point(panel.left, panel.top), width: width, height: panel.height, css: "warmup")]
  }

  // MARK: Faults

  private func faults(_ panel: Panel, _ x: AxisScale, named: Bool) -> [SVGElement] {
    var free = [panel.left, panel.left, panel.left]
    return scenario.faults.filter { $0.at.inSeconds <= x.most }.flatMap { fault -> [SVGElement] in
      let place = x.place(fault.at.inSeconds)
      let mark = SVGElement.line(Point(place, panel.top), Point(place, panel.bottom), css: "fault")
      // Names in the first of three rows that has room, so that they do not cover one another.
      let name = Self.name(fault)
      guard named, let row = free.firstIndex(where: { $0 <= place }) else { return [mark] }
      let width = 6.4 * Double(name.count) + 12
      free[row] = place + width
      let isLate = place + width > panel.right
      return [
        mark,
        .text(
          name, Point(place + (isLate ? -5 : 5), panel.top + 11 + 13 * Double(row)), css: "faultname", anchor: isLate ? .end : .start),
      ]
    }
  }

  private static func name(_ fault: Fault) -> String {
    let server = "server \(fault.server)"
    return switch fault.kind {
    case .errors(let rate): "\(server): \(FigureText.fixed(rate * 100, 0)) % errors"
    case .slow(let factor): "\(server): \(TickText.number(factor)) times as slow"
    case .vanish: "\(server) dies"
    case .recover: "\(server) is well"
    case .removed: "\(server) removed"
    case .added: "\(server) returns"
    }
  }
}
