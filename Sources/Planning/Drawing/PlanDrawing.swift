import Drawing

/// What every viable configuration costs and how fast it answers: a point for each, with the Pareto front, the chosen plan and its
/// alternatives.
///
/// An SVG document that needs nothing else, and follows the reader's light or dark colours. Values in, text out.
///
/// ```
///   title, how it was asked, legend of GPUs and confidence
///   ┌ E2E p95 against cost a month ┐  1 chosen ...
///   │                              │  2 cheapest ...
///   └──────────────────────────────┘
///   how the figures came to be
/// ```
package struct PlanDrawing: Sendable {
  typealias Point = SVGElement.Point

  let title: String
  let recommendation: Recommendation
  /// The accelerators in the order of their colours.
  let accelerators: [String]
  let x: AxisScale
  let y: AxisScale
  let panel: Panel

  static let width = 1120.0
  static let height = 640.0

  package init(title: String, recommendation: Recommendation) {
    self.title = title
    self.recommendation = recommendation
    accelerators = Set(recommendation.viable.map(\.accelerator)).sorted()
    let isFree = Self.isFree(recommendation)
    let price = recommendation.viable.map { Self.price($0, isFree) }
    let latency = recommendation.viable.map(\.predicted.e2e)
    panel = Panel(
      title: "E2E latency at p95 against \(isFree ? "GPUs" : "USD a month")", left: 88, top: 164, width: 620, height: 400)
    x = .logarithmic((price.min() ?? 1) * 0.96, (price.max() ?? 1) * 1.04, from: panel.left, to: panel.right)
    y = .logarithmic((latency.min() ?? 1) * 0.96 / 1000, (latency.max() ?? 1) * 1.04 / 1000, from: panel.bottom, to: panel.top)
  }

  package var svg: String {
    var root = SVGElement(
      "svg",
      [
        ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", "0 0 \(Int(Self.width)) \(Int(Self.height))"), ("width", "\(Int(Self.width))"),
        ("height", "\(Int(Self.height))"), ("role", "img"),
      ])
    root.add(SVGElement("title", text: title))
    root.add(SVGElement("desc", text: description))
    root.add(SVGElement("style", text: DrawingStyle.css + Self.css))
    root.add(.rectangle(Point(0, 0), width: Self.width, height: Self.height, css: "page"))
    root.add(header)
    root.add(legend)
    root.add(frame)
    root.add(.group(points + [front]))
    root.add(.group(labels))
    root.add(key)
    root.add(.text(provenance, Point(32, Self.height - 16), css: "tick"))
    return root.written()
  }

  /// Owned GPUs whose power is not counted cost nothing: then their number is what counts.
  private static func isFree(_ recommendation: Recommendation) -> Bool { recommendation.viable.contains { $0.cost.perMonthUSD <= 0 } }

  private static func price(_ plan: CapacityPlan, _ isFree: Bool) -> Double { isFree ? Double(plan.gpuCount) : plan.cost.perMonthUSD }

  var isFree: Bool { Self.isFree(recommendation) }

  func price(_ plan: CapacityPlan) -> Double { Self.price(plan, isFree) }

  func place(_ plan: CapacityPlan) -> Point { Point(x.place(price(plan)), y.place(plan.predicted.e2e / 1000)) }

  // MARK: Around the picture

  private var header: [SVGElement] {
    let plan = recommendation.plan
    let count = recommendation.viable.count
    return [
      .text(title, Point(32, 38), css: "title"),
      .text(
        "\(count) viable configuration\(count == 1 ? "" : "s") for \(plan.traffic.profile) tokens at \(Figure(plan.traffic.steadyQPS)) requests/s"
          + (plan.pricing.map { ", \($0.title)" } ?? ""), Point(32, 60), css: "tick"),
    ]
  }

  private var legend: [SVGElement] {
    var elements: [SVGElement] = []
    var left = 32.0
    for (index, name) in accelerators.enumerated() {
      elements.append(.rectangle(Point(left, 76), width: 12, height: 12, css: Self.fill(index)))
      elements.append(.text(name, Point(left + 18, 86.5), css: "label"))
      left += 40 + 7.4 * Double(name.count)
    }
    left = 32
    for confidence in [CapacityPlan.Confidence.benchmarked, .interpolated, .estimated] {
      let count = recommendation.viable.count { $0.confidence == confidence }
      let text = "\(confidence.rawValue) (\(count))"
      elements.append(Self.marker(confidence, Point(left + 6, 108), radius: 5, css: "shape"))
      elements.append(.text(text, Point(left + 18, 112.5), css: "label"))
      left += 40 + 7 * Double(text.count)
    }
    elements.append(.line(Point(left, 108), Point(left + 26, 108), css: "dashed axis"))
    elements.append(.text("Pareto front: nothing is both cheaper and faster", Point(left + 34, 112.5), css: "label"))
    return elements
  }

  private var frame: [SVGElement] {
    let cost = isFree ? "GPUs in all" : "USD a month of 730 hours"
    return [panel.heading()] + panel.horizontalGrid(y, TickText.seconds)
      + panel.verticalGrid(x.ticks.map { (x.place($0), Figure($0).description) }) + [panel.caption(cost)]
  }

  private var provenance: String {
    let kinds = Set(recommendation.viable.map(\.basis.rawValue)).sorted().joined(separator: ", ")
    return "Planned by podium from rows that are \(kinds). A point is a configuration that meets the service level within the limits."
  }

  /// The same in words, for those who hear it.
  private var description: String {
    marked.map { mark in "\(mark.names): \(mark.lines.joined(separator: ", "))." }.joined(separator: " ")
  }
}
