/// A chart's frame: where it is, its title, its axes.
struct Panel: Sendable {
  typealias Point = SVGElement.Point

  let title: String
  let left: Double
  let top: Double
  let width: Double
  let height: Double

  var right: Double { left + width }
  var bottom: Double { top + height }

  func heading() -> SVGElement { .text(title, Point(left, top - 14), css: "head") }

  func horizontalGrid(_ scale: AxisScale, _ label: (Double) -> String) -> [SVGElement] {
    scale.ticks.flatMap { tick -> [SVGElement] in
      let y = scale.place(tick)
      return [
        .line(Point(left, y), Point(right, y), css: "grid"),
        .text(label(tick), Point(left - 8, y + 4), css: "tick", anchor: .end),
      ]
    }
  }

  func verticalGrid(_ ticks: [(place: Double, label: String)]) -> [SVGElement] {
    ticks.flatMap { tick -> [SVGElement] in
      [
        .line(Point(tick.place, top), Point(tick.place, bottom), css: "grid"),
        .text(tick.label, Point(tick.place, bottom + 16), css: "tick", anchor: .middle),
      ]
    } + [.line(Point(left, bottom), Point(right, bottom), css: "axis")]
  }

  /// What the horizontal axis is.
  func caption(_ text: String) -> SVGElement { .text(text, Point(left + width / 2, bottom + 34), css: "tick", anchor: .middle) }

  func nothing(_ text: String) -> SVGElement { .text(text, Point(left + width / 2, top + height / 2), css: "tick", anchor: .middle) }
}
