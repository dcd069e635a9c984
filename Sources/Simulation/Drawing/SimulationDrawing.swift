import Drawing
import Scheduling

/// A run as a picture: response times by percentile, shares, and who waited and ran when, with the faults.
///
/// An SVG document that needs nothing else, and follows the reader's light or dark colours. Values in, text out.
///
/// ```
///   title, legend
///   ┌ response time by percentile ┐ ┌ shares of work ┐
///   ┌ waiting over time ───────────────────────────── ┐
///   ┌ slots in use over time ──────────────────────── ┐
///   simulated, seed
/// ```
package struct SimulationDrawing: Sendable {
  typealias Point = SVGElement.Point

  let title: String
  let scenario: Scenario
  let report: SimulationReport
  /// What it is compared with.
  let base: SimulationReport?
  /// Such as "seed 1".
  let seedText: String

  static let width = 960.0
  static let height = 900.0

  package init(title: String, scenario: Scenario, report: SimulationReport, base: SimulationReport? = nil, seedText: String? = nil) {
    self.title = title
    self.scenario = scenario
    self.report = report
    self.base = base
    self.seedText = seedText ?? "seed \(scenario.seed)"
  }

  package var svg: String {
    var root = SVGElement(
      "svg",
      [
        ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", "0 0 \(Int(Self.width)) \(Int(Self.height))"), ("width", "\(Int(Self.width))"),
        ("height", "\(Int(Self.height))"), ("role", "img"),
      ])
    root.add(SVGElement("title", text: "\(title) (simulated)"))
    root.add(SVGElement("desc", text: description))
    root.add(SVGElement("style", text: DrawingStyle.css))
    root.add(.rectangle(Point(0, 0), width: Self.width, height: Self.height, css: "page"))
    root.add(header)
    root.add(responses)
    root.add(shares)
    root.add(overTime)
    root.add(
      .text(
        "Simulated by podium: the production scheduler on virtual time. No request was sent to any server.", Point(32, 884), css: "tick"))
    return root.written()
  }

  /// The same in words, for those who hear it.
  private var description: String {
    report.tiers.map { tier in
      "\(tier.name): \(tier.arrived) arrived, \(tier.served) served, response p50 \(FigureText.seconds(tier.latencies.percentile(50))), "
        + "p99 \(FigureText.seconds(tier.latencies.percentile(99))), \(FigureText.text(report.share(tier.name), .part)) of the work."
    }.joined(separator: " ")
  }

  private func duration(_ duration: Duration) -> String { TickText.time(duration.inSeconds, upTo: duration.inSeconds) }

  private var header: [SVGElement] {
    var elements: [SVGElement] = [
      .text(title, Point(32, 38), css: "title"),
      .text(
        "Simulated, \(seedText), \(scenario.policy.algorithm.rawValue), \(scenario.servers.count) \(scenario.servers.count == 1 ? "server" : "servers"), "
          + "\(duration(scenario.duration)) of arrivals"
          + (scenario.warmUp > .zero ? " of which the first \(duration(scenario.warmUp)) (shaded) are not counted" : ""),
        Point(32, 60), css: "tick"),
    ]
    var x = 32.0
    for (index, tier) in report.tiers.enumerated() {
      elements.append(.rectangle(Point(x, 76), width: 12, height: 12, css: DrawingStyle.fill(index)))
      elements.append(.text(tier.name, Point(x + 18, 86.5), css: "label"))
      x += 36 + 7.2 * Double(tier.name.count)
    }
    guard base != nil else { return elements }
    elements.append(.line(Point(x, 82), Point(x + 26, 82), css: "dashed axis"))
    elements.append(.text("base, what it is compared with", Point(x + 32, 86.5), css: "label"))
    return elements
  }
}
