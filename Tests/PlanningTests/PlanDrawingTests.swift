import Testing

@testable import Planning

@Suite struct PlanDrawingTests {
  private func drawing(_ rows: [Benchmark], title: String = "Sample", change: (inout PlanRequest) -> Void = { _ in }) throws -> PlanDrawing
  {
    var request = Sample.request(qps: 3)
    change(&request)
    return PlanDrawing(title: title, recommendation: try Sample.plan(request, Sample.knowledge(rows)))
  }

  private let rows = [
    Sample.row(gpus: 1, rate: 2, e2e: 5000), Sample.row(gpus: 2, rate: 4, e2e: 3000), Sample.row(gpus: 4, rate: 4, e2e: 3500),
    Sample.row("acme/large-70b", gpus: 8, rate: 4, e2e: 2000), Sample.row("acme/small-8b", "L4", rate: 0.5, e2e: 6500),
  ]

  @Test func `The front holds what nothing else beats in both`() throws {
    let front = try drawing(rows).frontPlans
    // 8 L4 at 1 USD; 2 × 1 and 1 × 2 H100 at 4 USD both cost 8 as well, of which the fastest stays; then 8 H100.
    #expect(front.map(\.predicted.e2e) == [3000, 2000])
    for plan in try drawing(rows).recommendation.viable {
      #expect(front.contains { $0.cost.perMonthUSD <= plan.cost.perMonthUSD && $0.predicted.e2e <= plan.predicted.e2e })
    }
  }

  @Test func `Every configuration is a point in the panel, and every named one has a number and its words`() throws {
    let drawing = try drawing(rows)
    #expect(drawing.points.count == 5)
    for plan in drawing.recommendation.viable {
      let at = drawing.place(plan)
      #expect(at.x >= drawing.panel.left && at.x <= drawing.panel.right && at.y >= drawing.panel.top && at.y <= drawing.panel.bottom)
    }
    let svg = drawing.svg
    for word in ["chosen", "Pareto front", "benchmarked (5)", "L4", "H100", "USD a month", "prefers-color-scheme: dark"]
      + drawing.marked.map(\.names)
    {
      #expect(svg.contains(word), "\(word) is missing")
    }
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func `Titles are escaped, one point alone is drawn, and GPUs that cost nothing are counted`() throws {
    let svg = try drawing([rows[0]], title: "<a> & \"b\"").svg
    #expect(svg.contains("&lt;a&gt; &amp; &quot;b&quot;") && svg.contains("1 viable configuration "))
    let owned = try drawing(rows) { $0.pricing = .ownedHardware(PowerTariff()) }
    #expect(owned.isFree && owned.svg.contains("GPUs in all"))
    #expect(owned.frontPlans.map(\.gpuCount) == [2, 8])
  }
}
