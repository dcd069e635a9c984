/// A chart's frame: where it is, its title, its axes.
package struct Panel: Sendable {
  package typealias Point = SVGElement.Point

  package let title: String
  package let left: Double
  package let top: Double
  package let width: Double
  package let height: Double

  package init(title: String, left: Double, top: Double, width: Double, height: Double) {
    self.title = title
    self.left = left
    self.top = top
    self.width = width
    self.height = height
  }

  package var right: Double { left + width }
  package var bottom: Double { top + height }

  package func heading() -> SVGElement { .text(title, Point(left, top - 14), css: "head") }

  package func horizontalGrid(_ scale: AxisScale, _ label: (Double) -> String) -> [SVGElement] {
    scale.ticks.flatMap { tick -> [SVGElement] in
      let y = scale.place(tick)
      return [
        .line(Point(left, y), Point(right, y), css: "grid"),
        .text(label(tick), Point(left - 8, y + 4), css: "tick", anchor: .end),
      ]
    }
  }

  package func verticalGrid(_ ticks: [(place: Double, label: String)]) -> [SVGElement] {
    ticks.flatMap { tick -> [SVGElement] in
      [
        .line(Point(tick.place, top), Point(tick.place, bottom), css: "grid"),
        .text(tick.label, Point(tick.place, bottom + 16), css: "tick", anchor: .middle),
      ]
    } + [.line(Point(left, bottom), Point(right, bottom), css: "axis")]
  }

  /// What the horizontal axis is.
  package func caption(_ text: String) -> SVGElement { .text(text, Point(left + width / 2, bottom + 34), css: "tick", anchor: .middle) }

  package func nothing(_ text: String) -> SVGElement {
    .text(text, Point(left + width / 2, top + height / 2), css: "tick", anchor: .middle)
  }
}
