import Drawing

/// The points, the front, and what is said about those that matter.
extension PlanDrawing {
  /// A plan with a number at its point and some words in the key.
  struct Mark {
    let number: Int
    let names: String
    let plan: CapacityPlan

    var lines: [String] {
      let model = plan.model.split(separator: "/").last.map(String.init) ?? plan.model
      return [
        model, "\(plan.replicas) × \(plan.gpusPerReplica) \(plan.accelerator), \(Figure(plan.cost.perMonthUSD, decimals: 0)) USD a month",
        "E2E \(Figure(plan.predicted.e2e, decimals: 0)) ms, TTFT \(Figure(plan.predicted.ttft, decimals: 0)) ms, \(plan.confidence.rawValue)",
      ]
    }
  }

  /// The chosen plan, then its alternatives.
  var marked: [Mark] {
    [Mark(number: 1, names: "chosen", plan: recommendation.plan)]
      + recommendation.alternatives.enumerated().map { index, alternative in
        Mark(number: index + 2, names: alternative.strengths.joined(separator: ", "), plan: alternative.plan)
      }
  }

  /// One shape for each confidence: a circle, a diamond, a triangle.
  static func marker(_ confidence: CapacityPlan.Confidence, _ at: Point, radius: Double, css: String) -> SVGElement {
    switch confidence {
    case .benchmarked: return .circle(at, radius: radius, css: css)
    case .interpolated:
      let far = radius * 1.3
      return .polygon([Point(at.x, at.y - far), Point(at.x + far, at.y), Point(at.x, at.y + far), Point(at.x - far, at.y)], css: css)
    case .estimated:
      let far = radius * 1.25
      return .polygon([Point(at.x, at.y - far), Point(at.x + far, at.y + far * 0.8), Point(at.x - far, at.y + far * 0.8)], css: css)
    }
  }

  var points: [SVGElement] {
    // What is dear first and what is named last, so that the plans of interest are on top of the rest.
    let radius = recommendation.viable.count > 200 ? 3.5 : 5
    return recommendation.viable.reversed().map { point($0, radius: radius, css: "area mark") }
  }

  func point(_ plan: CapacityPlan, radius: Double, css: String) -> SVGElement {
    Self.marker(
      plan.confidence, place(plan), radius: radius, css: "\(Self.fill(accelerators.firstIndex(of: plan.accelerator) ?? 0)) \(css)")
  }

  /// The plans of which no other is at least as cheap and as fast, and better in one of the two; in the order of cost.
  var frontPlans: [CapacityPlan] {
    var best = Double.infinity
    var front: [CapacityPlan] = []
    for plan in recommendation.viable.sorted(by: { (price($0), $0.predicted.e2e) < (price($1), $1.predicted.e2e) })
    where plan.predicted.e2e < best {
      best = plan.predicted.e2e
      front.append(plan)
    }
    return front
  }

  /// In steps: between two points of the front, money alone buys nothing.
  var front: SVGElement {
    var corners: [Point] = []
    for plan in frontPlans {
      let at = place(plan)
      corners.append(corners.last.map { Point(at.x, $0.y) } ?? Point(at.x, panel.top))
      corners.append(at)
    }
    if let last = corners.last { corners.append(Point(panel.right, last.y)) }
    return .polyline(corners, css: "axis dashed")
  }

  // MARK: Labels

  /// A ring around each plan that is named, and its number where there is room.
  var labels: [SVGElement] {
    var taken = marked.map { Box(center: place($0.plan), width: 16, height: 16) }
    return marked.flatMap { mark -> [SVGElement] in
      let at = place(mark.plan)
      let box =
        Self.offsets.map { Box(center: Point(at.x + $0.x, at.y + $0.y), width: 18, height: 16) }
        .first { box in box.isInside(panel) && !taken.contains { $0.touches(box) } }
        ?? Box(center: Point(at.x, at.y - 18), width: 18, height: 16)
      taken.append(box)
      return [
        point(mark.plan, radius: 5, css: "mark"),
        .circle(at, radius: mark.number == 1 ? 11 : 9, css: mark.number == 1 ? "ring chosen" : "ring"),
        .text("\(mark.number)", Point(box.center.x, box.center.y + 4.5), css: "number", anchor: .middle),
      ]
    }
  }

  private static let offsets = [20.0, 36, 52].flatMap { far in
    [Point(0, -far), Point(far, 0), Point(0, far), Point(-far, 0), Point(far, -far), Point(far, far), Point(-far, far), Point(-far, -far)]
  }

  private struct Box {
    let center: Point
    let width: Double
    let height: Double

    func touches(_ other: Box) -> Bool {
      (center.x - other.center.x).magnitude < (width + other.width) / 2
        && (center.y - other.center.y).magnitude < (height + other.height) / 2
    }

    func isInside(_ panel: Panel) -> Bool {
      center.x > panel.left + 8 && center.x < panel.right - 8 && center.y > panel.top + 8 && center.y < panel.bottom - 8
    }
  }

  /// What the numbers stand for.
  var key: [SVGElement] {
    var top = panel.top - 4
    var elements: [SVGElement] = []
    for mark in marked {
      elements.append(.text("\(mark.number)", Point(panel.right + 34, top), css: "number"))
      elements.append(.text(mark.names, Point(panel.right + 52, top), css: "head"))
      for line in mark.lines {
        top += 16
        elements.append(.text(line, Point(panel.right + 52, top), css: "tick"))
      }
      top += 28
    }
    return elements
  }
}
