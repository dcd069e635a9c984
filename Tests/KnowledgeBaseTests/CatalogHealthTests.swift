import Foundation
import KnowledgeBase
import Planning
import Testing

@Suite struct `The health of the facts` {
  private func findings(
    _ rows: [Benchmark], models: [ModelEntry] = [], accelerators: [Accelerator] = [], today: String = "2026-11-21",
    engine: String = "v0.19.1"
  ) throws -> [CatalogFinding] {
    let knowledge = Knowledge(useCases: [], accelerators: accelerators, models: models, benchmarks: rows, quality: .empty)
    return CatalogCheck.findings(knowledge, today: try #require(CalendarDay(today)), engine: engine)
  }

  private func kinds(_ findings: [CatalogFinding]) -> [CatalogFinding.Kind] { findings.map(\.kind) }

  private let h100 = Accelerator(
    name: "H100", aliases: ["NVIDIA-H100"], nodeLabel: "NVIDIA-H100", memoryGB: 80, pricePerHourUSD: 2.7, source: "s",
    pricedOn: "2026-11-01")
  private let model = ModelEntry(
    id: "acme/a-7b", parametersBillions: 7, contextLength: 8192, minimumMemoryGB: 16, recommendedFor: [])

  @Test func `is good when there is nothing to say`() throws {
    let saturated = [
      sampleRow(rate: 1),
      {
        var row = sampleRow(rate: 2); row.e2e.mean = 9000; row.e2e.p95 = 9500; return row
      }(),
    ]
    #expect(try findings(saturated, models: [model], accelerators: [h100]).isEmpty)
  }

  @Test func `names what is missing`() throws {
    #expect(try kinds(findings([])) == [.noBenchmarks])
    var unpriced = h100
    unpriced.pricePerHourUSD = nil
    let other = ModelEntry(id: "acme/b", parametersBillions: 7, contextLength: 8192, minimumMemoryGB: 16, recommendedFor: [])
    let found = try findings([sampleRow()], models: [other], accelerators: [unpriced])
    #expect(kinds(found) == [.modelWithoutBenchmarks, .acceleratorWithoutPrice, .unsaturatedSweep, .unlistedModel])
    #expect(found[0].message == "the model acme/b has no benchmarks")
    #expect(found[1].message == "H100 has benchmarks and no price")
  }

  @Test func `counts a price's days`() throws {
    let priced = try findings([sampleRow()], models: [model], accelerators: [h100], today: "2027-01-30")
    #expect(!kinds(priced).contains(.stalePrice))
    let stale = try findings([sampleRow()], models: [model], accelerators: [h100], today: "2027-01-31")
    #expect(stale.first?.message == "the price of H100 is 91 days old (2026-11-01)")
    var undated = h100
    undated.pricedOn = nil
    #expect(try kinds(findings([sampleRow()], models: [model], accelerators: [undated])).contains(.undatedPrice))
  }

  @Test func `sees versions of vLLM that differ, p95s below the mean and rows twice`() throws {
    var newer = sampleRow(rate: 3)
    newer.engineVersion = "0.9.1"
    var below = sampleRow(rate: 4)
    below.itl = .init(mean: 10, p95: 9)
    var other = sampleRow(rate: 5)
    other.ttft.p95 = 99
    let rows = [sampleRow(), sampleRow(), newer, below, sampleRow(rate: 5), other]
    let found = try findings(rows, models: [model], accelerators: [h100])
    #expect(
      found.first { $0.kind == .engineVersionsDiffer }?.message
        == "acme/a-7b on H100 was measured with vLLM 0.9.1, 0.19.0, and v0.19.1 is deployed")
    let deployed = try findings([sampleRow()], models: [model], accelerators: [h100], engine: "0.33.0")
    #expect(deployed.first?.message == "acme/a-7b on H100 was measured with vLLM 0.19.0, and 0.33.0 is deployed")
    #expect(found.first { $0.kind == .p95BelowMean }?.rows == 1)
    #expect(found.first { $0.kind == .duplicateRows }?.rows == 2)
    #expect(found.first { $0.kind == .contradictingRows }?.rows == 2)
  }

  @Test func `of the shipped facts has no error, and tells what their readme tells`() throws {
    let snapshot = try KnowledgeSource(reading: .shipped).current
    let health = CatalogHealth(snapshot, now: Date(timeIntervalSince1970: 1_777_000_000))
    #expect(health.worst == .warning)
    #expect(health.findings.filter { $0.kind == .acceleratorWithoutPrice }.map(\.subject).sorted() == ["B300", "L40S"])
    // 145 of 157 sweeps of the simulator end before saturation.
    #expect(health.findings.filter { $0.kind == .unsaturatedSweep }.map(\.rows).reduce(0, +) == 145)
    #expect(health.findings.filter { $0.kind == .p95BelowMean && $0.subject.contains("simulated") }.count > 50)
    #expect(!health.findings.contains { $0.kind == .stalePrice })
    #expect(health.json["status"] == "warnings" && health.json["source"] == "the shipped facts")
    #expect(health.summary.contains { $0.hasPrefix("2 accelerators with benchmarks and without a price") })
  }

  @Test(arguments: [(0.0, "1970-01-01"), (951_782_400, "2000-02-29"), (1_795_278_093, "2026-11-21"), (-1, "1969-12-31")])
  func `counts in days of the calendar`(seconds: Double, text: String) {
    #expect("\(CalendarDay(secondsSince1970: seconds))" == text)
    #expect(CalendarDay(secondsSince1970: seconds).daysSince1970 == Int((seconds / 86_400).rounded(.down)))
    for wrong in ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "", "2026-04-17x"] { #expect(CalendarDay(wrong) == nil, "\(wrong)") }
  }
}
