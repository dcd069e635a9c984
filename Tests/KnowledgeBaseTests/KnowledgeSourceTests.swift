import Foundation
import JSON
import KnowledgeBase
import Planning
import Synchronization
import TestKit
import Testing

/// A row that no shipped one resembles.
func sampleRow(
  _ kind: Benchmark.Kind = .measured, model: String = "acme/a-7b", rate: Double = 2, e2e: Double = 3000.25, date: String? = "2026-11-01"
) -> Benchmark {
  Benchmark(
    kind: kind, model: model, accelerator: "H100", gpus: 1, profile: TrafficProfile(promptTokens: 512, outputTokens: 256),
    requestsPerSecond: rate, ttft: .init(mean: 50.125, p95: 80), itl: .init(mean: 9, p95: 11), e2e: .init(mean: 2500, p95: e2e),
    source: "a test", date: date, engineVersion: "0.19.0", precision: "fp8")
}

@Suite struct `Where facts come from` {
  private func location(_ database: String?, _ environment: [String: String] = [:], exists: Bool = false) throws -> KnowledgeLocation {
    try KnowledgeLocation(database: database, environment: environment, exists: { _ in exists })
  }

  @Test func `the option wins over the variable, and both over what the user imported`() throws {
    let home = ["HOME": "/u/ann"]
    #expect(try location(nil, home) == .shipped)
    #expect(try location(nil, home, exists: true) == .file(path: "/u/ann/.local/share/podium/catalog.sqlite"))
    #expect(try location(nil, ["XDG_DATA_HOME": "/data"], exists: true) == .file(path: "/data/podium/catalog.sqlite"))
    #expect(try location(nil, home.merging(["PODIUM_DATABASE": "b.sqlite"]) { $1 }, exists: true) == .file(path: "b.sqlite"))
    #expect(try location("shipped", ["PODIUM_DATABASE": "b.sqlite"], exists: true) == .shipped)
  }

  @Test(arguments: [
    ("postgres://ann:s3cret@db.example:5433/facts?sslmode=verify-full", "postgres://ann@db.example:5433/facts"),
    ("postgresql://db.example/facts", "postgres://db.example/facts"),
    ("postgres:///facts?host=/run/postgresql&user=ann&password=s3cret", "postgres://ann@/run/postgresql/facts"),
  ])
  func `A password is never part of what is printed`(url: String, text: String) throws {
    let location = try location(url)
    #expect("\(location)" == text)
    #expect(!String(reflecting: location).contains("s3cret"))
    var dumped = ""
    dump(location, to: &dumped)
    #expect(!dumped.contains("s3cret"))
  }

  @Test(arguments: [
    "postgres://ann:s3cret%zz@db/facts", "postgres://ann:s3cret@db:port/facts?nonsense=1", "mysql://ann:s3cret@db/facts",
    "postgres://[s3cret",
  ])
  func `A wrong address says what to write and not what was written`(url: String) throws {
    let problem = #expect(throws: KnowledgeError.self) { try location(url) }
    let text = problem?.description ?? ""
    #expect(text.contains("postgres://USER@HOST:PORT/DATABASE"))
    #expect(!text.contains("s3cret"))
  }
}

@Suite struct `A catalogue in an SQLite file` {
  private let folder: TemporaryDirectory
  private let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = "\(folder.path)/new/catalog.sqlite"
  }

  private func shipped() throws -> KnowledgeSource { try KnowledgeSource(reading: .shipped) }

  /// A source whose file exists.
  @discardableResult
  private func source(_ change: CatalogChange = .init()) async throws -> KnowledgeSource {
    let first = try await KnowledgeSource.writing(.file(path: path))
    try await first.update(change)
    return first
  }

  @Test func `holds the shipped facts exactly, and what was imported after them`() async throws {
    let row = sampleRow()
    let source = try await source(CatalogChange(benchmarks: [row]))
    let (mine, theirs) = (try KnowledgeSource(reading: .file(path: path)).current, try shipped().current)
    #expect(mine.trouble == nil && source.current.trouble == nil)
    #expect(mine.knowledge.benchmarks.dropLast() == theirs.knowledge.benchmarks[...])
    #expect(mine.knowledge.benchmarks.last?.requestsPerSecond == row.requestsPerSecond)
    #expect(mine.knowledge.benchmarks.last?.date == "2026-11-01" && mine.knowledge.benchmarks.last?.precision == "fp8")
    #expect(mine.knowledge.useCases == theirs.knowledge.useCases && mine.knowledge.accelerators == theirs.knowledge.accelerators)
    #expect(mine.knowledge.quality == theirs.knowledge.quality && mine.patterns == theirs.patterns)
    #expect(mine.knowledge.models.dropLast() == theirs.knowledge.models[...])
    #expect(mine.patterns.map(\.name) == ["steady", "moderate", "high", "diurnal"])
  }

  @Test func `replaces rows of the same load, keeps others, and does not store what is shipped`() async throws {
    let source = try await source(CatalogChange(benchmarks: [sampleRow(rate: 2), sampleRow(rate: 3)]))
    let count = source.current.knowledge.benchmarks.count
    let known = try #require(try shipped().current.knowledge.benchmarks.first)
    let summary = try await source.update(CatalogChange(benchmarks: [sampleRow(rate: 3, e2e: 4000), known]))
    #expect(summary.addedBenchmarks == 1 && summary.replacedBenchmarks == 1 && summary.knownBenchmarks == 1)
    #expect(source.current.knowledge.benchmarks.count == count)
    #expect(source.current.knowledge.benchmarks.suffix(2).map(\.e2e.p95) == [3000.25, 4000])
  }

  @Test func `takes documents in the place of shipped ones, and refuses a wrong one whole`() async throws {
    let source = try await source()
    var body = try #require(try KnowledgeBase.catalog()[.accelerator, "h100"]?.body)
    body["pricePerHourUSD"] = 1.25
    let row = sampleRow()
    let entry = try CatalogEntry(.accelerator, body: body, file: "t", index: 0)
    try await source.update(CatalogChange(entries: [entry], benchmarks: [row]))
    #expect(try source.current.knowledge.accelerator(named: "H100").pricePerHourUSD == 1.25)
    let count = source.current.knowledge.benchmarks.count
    body["pricePerHourUSD"] = -1
    let wrong = try CatalogEntry(.accelerator, body: body, file: "t", index: 0)
    await #expect(throws: KnowledgeError.self) {
      try await source.update(CatalogChange(entries: [wrong], benchmarks: [sampleRow(rate: 7)]))
    }
    let fresh = try KnowledgeSource(reading: .file(path: path)).current.knowledge
    #expect(fresh.benchmarks.count == count)
    #expect(try fresh.accelerator(named: "H100").pricePerHourUSD == 1.25)
  }

  @Test func `refuses numbers that cannot be meant, whoever brings them`() async throws {
    let source = try await source()
    for rate in [Double.nan, -1, 0, 1e12, .infinity] {
      var row = sampleRow()
      row.requestsPerSecond = rate
      await #expect(throws: KnowledgeError.self, "\(rate)") { try await source.update(CatalogChange(benchmarks: [row])) }
    }
  }

  @Test func `keeps a bounded number of rows learned from outcomes, the newest`() async throws {
    let source = try await source()
    let limit = CatalogStoreLimits.learnedRows
    let rows = (0..<limit + 5).map { sampleRow(.learned, rate: 1 + Double($0), date: "2026-11-02") }
    try await source.record(learned: rows)
    try await source.record(learned: [sampleRow(.learned, rate: 1000, date: "2026-11-03")])
    let learned = source.current.knowledge.benchmarks.filter { $0.kind == .learned }
    #expect(learned.count == limit)
    #expect(learned.map(\.requestsPerSecond) == (rows.suffix(limit - 1) + [sampleRow(rate: 1000)]).map(\.requestsPerSecond))
  }

  @Test func `that goes away leaves the last good facts with a warning, and is read again when it is back`() async throws {
    let time = Mutex(Date(timeIntervalSince1970: 1_000_000))
    try await source(CatalogChange(benchmarks: [sampleRow()]))
    let source = try await KnowledgeSource.start(.file(path: path), now: { time.withLock { $0 } })
    let count = source.current.knowledge.benchmarks.count
    let away = "\(folder.path)/away"
    try FileManager.default.moveItem(atPath: path, toPath: away)
    time.withLock { $0 += 60 }
    let degraded = await source.refresh()
    time.withLock { $0 += 60 }
    await source.refresh()
    #expect(degraded.trouble?.text.contains("no such file") == true)
    #expect(source.current.trouble?.since == Date(timeIntervalSince1970: 1_000_060))
    #expect(source.current.knowledge.benchmarks.count == count)
    #expect(CatalogHealth(source.current).json["status"]?.string == "degraded")
    try Data("not a database, and long enough to be read as one".utf8).write(to: URL(fileURLWithPath: path))
    let broken = await source.refresh()
    #expect(broken.trouble?.text.contains("no SQLite database") == true)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: away, toPath: path)
    let well = await source.refresh()
    #expect(well.trouble == nil)
    #expect(source.current.loadedAt == Date(timeIntervalSince1970: 1_000_120))
  }

  @Test func `is not made by reading, and holds a catalogue or is refused`() async throws {
    #expect(throws: KnowledgeError.self) { try KnowledgeSource(reading: .file(path: path)) }
    await #expect(throws: KnowledgeError.self) { try await KnowledgeSource.start(.file(path: path)) }
    #expect(!FileManager.default.fileExists(atPath: path))
    let empty = "\(folder.path)/empty.sqlite"
    try Data().write(to: URL(fileURLWithPath: empty))
    #expect(throws: KnowledgeError.self) { try KnowledgeSource(reading: .file(path: empty)) }
    let source = try KnowledgeSource(reading: .shipped)
    await #expect(throws: KnowledgeError.self) { try await source.record(learned: [sampleRow(.learned)]) }
  }
}
