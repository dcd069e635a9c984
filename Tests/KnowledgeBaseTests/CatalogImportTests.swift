import Foundation
import JSON
import KnowledgeBase
import Planning
import TestKit
import Testing

@Suite struct `A file with facts` {
  private let shipped: Catalog
  private let today: CalendarDay

  init() throws {
    shipped = try KnowledgeBase.catalog()
    today = try #require(CalendarDay("2026-11-21"))
  }

  private func read(_ text: String, _ context: GuideLLMReport.Context = .init()) throws(ImportError) -> CatalogImport {
    try CatalogImport(Array(text.utf8), name: "facts", context: context, current: shipped, today: today)
  }

  /// As the real tool of three report schemas wrote them, measuring `podium simulate-server`.
  @Test(arguments: [
    ("0.8.1", 102, 9.80224076599949, 43.63441467285156, 193.88365745544434),
    ("0.5.4", 102, 11.028130826115582, 37.22190856933594, 193.82500648498535),
    ("0.3.1", 103, 10.81384298461747, 120.79548835754395, 273.9078998565674),
  ])
  func `is a report of GuideLLM`(version: String, prompt: Int, rate: Double, ttft: Double, e2e: Double) throws {
    let text = try Places.text("Tests/KnowledgeBaseTests/Reports/guidellm-\(version).json")
    let found = try read(text, .init(accelerator: "H100", gpus: 1, kind: .simulated, engineVersion: "0.19.0"))
    #expect(found.format == "GuideLLM report" && found.warnings.isEmpty)
    let rows = found.change.benchmarks
    #expect(rows.count == 2)
    #expect(rows.map(\.concurrency) == [1, 2])
    let row = rows[1]
    #expect(row.model == "acme/sim-7b" && row.accelerator == "H100" && row.gpus == 1 && row.kind == .simulated)
    #expect(row.profile == TrafficProfile(promptTokens: prompt, outputTokens: 32))
    #expect(row.requestsPerSecond == rate && row.ttft.p95 == ttft && abs((row.e2e.p95 ?? 0) - e2e) < 1e-9)
    #expect(row.date == "2026-11-21" && row.engineVersion == "0.19.0" && row.source.hasPrefix("GuideLLM"))
    let given = try read(text, .init(model: "m", accelerator: "L4", gpus: 2, promptTokens: 512, outputTokens: 256)).change.benchmarks[0]
    #expect(given.model == "m" && given.profile == TrafficProfile(promptTokens: 512, outputTokens: 256))
    let nowhere = #expect(throws: ImportError.self) { try read(text) }
    #expect(nowhere?.reason.contains("--accelerator NAME and --gpus N") == true)
  }

  private static let wrongFigures: [([String], JSONValue)] = [
    (["metrics", "request_latency", "successful", "percentiles", "p95"], -1),
    (["metrics", "requests_per_second", "successful", "mean"], .null), (["metrics", "time_to_first_token_ms", "successful", "mean"], 0),
    (["metrics", "inter_token_latency_ms", "successful", "percentiles", "p95"], 1e99),
    (["metrics", "request_totals", "successful"], "many"),
  ]

  @Test(arguments: wrongFigures)
  func `with a wrong figure is refused whole, and the figure is named`(path: [String], value: JSONValue) throws {
    var report = try JSONValue(parsing: try Places.text("Tests/KnowledgeBaseTests/Reports/guidellm-0.8.1.json"))
    var benchmarks = report["benchmarks"]?.array ?? []
    benchmarks[1][path] = value
    report["benchmarks"] = .array(benchmarks)
    let problem = #expect(throws: ImportError.self) { try read(report.text(), .init(accelerator: "H100", gpus: 1)) }
    #expect(problem?.reason.hasPrefix("benchmarks[1]: \(path.joined(separator: "."))") == true, "\(problem?.description ?? "")")
  }

  @Test func `of a future schema, or with NaN as Python writes it, is refused`() throws {
    let text = try Places.text("Tests/KnowledgeBaseTests/Reports/guidellm-0.8.1.json")
    let later = text.replacing("\"version\": 2", with: "\"version\": 3")
    #expect(
      #expect(throws: ImportError.self) { try read(later, .init(accelerator: "H100", gpus: 1)) }?.reason.contains("schemas 1 and 2") == true
    )
    let nan = #expect(throws: ImportError.self) { try read("{\"benchmarks\": [\n  {\"e2e_p95\": NaN}]}") }
    #expect(nan?.line == 2 && nan?.column == 15, "\(nan?.description ?? "")")
  }

  @Test func `has rows of exported_summaries, as an array or as benchmarks`() throws {
    let row = """
      {"model_hf_repo": "meta-llama/Llama-3.1-8B-Instruct", "hardware": "H100", "hardware_count": 1, "prompt_tokens": 512,
       "output_tokens": 256, "ttft_p95": 45.2, "itl_p95": 12.8, "e2e_p95": 3325.0, "requests_per_second": 25.4, "mean_input_tokens": 512,
       "mean_output_tokens": 256}
      """
    for text in ["[\(row)]", "{\"benchmarks\": [\(row)]}"] {
      let rows = try read(text).change.benchmarks
      #expect(rows.count == 1 && rows[0].requestsPerSecond == 25.4 && rows[0].kind == .measured)
      #expect(rows[0].serviceLevel == ServiceLevel(ttft: 45.2, itl: 12.8, e2e: 3325))
    }
    let wrong = #expect(throws: ImportError.self) { try read("[\(row), \(row.replacing("12.8", with: "-1"))]") }
    #expect(wrong?.reason.hasPrefix("benchmarks[1]: itl_p95_ms") == true, "\(wrong?.description ?? "")")
  }

  @Test func `has prices, which get the day's date and keep what else is known`() throws {
    let change = try read(#"{"h100": 2.5, "NVIDIA-L40S": 1.1}"#).change
    #expect(change.entries.map(\.name) == ["L40S", "H100"] || change.entries.map(\.name) == ["H100", "L40S"])
    let entry = try #require(change.entries.first { $0.name == "H100" })
    #expect(entry.body["pricePerHourUSD"]?.double == 2.5 && entry.body["pricedOn"]?.string == "2026-11-21")
    #expect(entry.body["nodeLabel"] == shipped[.accelerator, "H100"]?.body["nodeLabel"])
    #expect(throws: ImportError.self) { try read(#"{"H100": -2}"#) }
    #expect(#expect(throws: ImportError.self) { try read(#"{"X9": 2}"#) }?.reason.contains("X9 is not in the catalogue") == true)
  }

  @Test(arguments: [
    "", "{}", "[]", "[1]", "{\"models\": {}}", "{\"modells\": []}", "{\"models\": [{\"name\": \"a\"}]}", "{\"models\": [{\"id\": \"a\"}]}",
    "{\"useCases\": [{\"name\": \"a\"}]}", "{\"benchmarks\": [{}]}", "{\"models\": [], \"models\": []}", "[", "\u{0}",
    #"{"accelerators": [{"name": "X", "aliases": [], "nodeLabel": "x", "memoryGB": 1, "pricePerHourUSD": 0, "source": "s"}]}"#,
    #"{"accelerators": [{"name": "X", "aliases": [], "nodeLabel": "x", "memoryGB": 1, "pricedOn": "April", "source": "s"}]}"#,
    #"{"patterns": [{"name": "p", "summary": "s", "peakToMean": 0.5, "arrivalVariation": 1, "source": "s"}]}"#,
    #"{"quality": [{"name": "chat", "bonuses": {"a": 1e9}}]}"#,
  ])
  func `that nobody could mean is refused`(text: String) {
    #expect(throws: ImportError.self) { try read(text) }
  }

  @Test func `that was exported reads back as it was`() throws {
    let json = try read(CatalogExport.json(shipped).text(.indented)).change
    #expect(json.entries == shipped.entries.sorted(by: Self.byKind))
    #expect(json.benchmarks == shipped.benchmarks)
    let csv = try read(CatalogExport.csv(shipped.benchmarks + [sampleRow(model: "a \"quoted\", one")])).change
    #expect(csv.benchmarks == shipped.benchmarks + [sampleRow(model: "a \"quoted\", one")])
  }

  private static func byKind(_ left: CatalogEntry, _ right: CatalogEntry) -> Bool {
    let kinds = CatalogEntry.Kind.allCases
    return (kinds.firstIndex(of: left.kind) ?? 0) < (kinds.firstIndex(of: right.kind) ?? 0)
  }

  /// Files cut and changed at places drawn by chance: understood whole or refused, and what is understood can be meant.
  @Test(arguments: ["csv", "json", "guidellm"]) func `that is damaged is refused or makes sense`(form: String) throws {
    let rows = Array(shipped.benchmarks.prefix(5))
    let sample =
      switch form {
      case "csv": CatalogExport.csv(rows)
      case "json": CatalogExport.json(Catalog(entries: Array(shipped.entries.prefix(20)), benchmarks: rows)).text()
      default: try JSONValue(parsing: try Places.text("Tests/KnowledgeBaseTests/Reports/guidellm-0.5.4.json")).text()
      }
    let bytes = Array(sample.utf8)
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var refused = 0
    for _ in 0..<300 {
      var damaged = bytes
      for _ in 0...random(3) {
        let place = random(damaged.count)
        switch random(4) {
        case 0: damaged[place] = UInt8(random(256))
        case 1: damaged.remove(at: place)
        case 2: damaged.insert(Array("-0,\"e9\n{]".utf8)[random(9)], at: place)
        default: damaged.removeSubrange(place..<min(damaged.count, place + random(40)))
        }
      }
      do {
        let found = try CatalogImport(
          damaged, name: "facts", context: .init(accelerator: "H100", gpus: 1), current: shipped, today: today)
        for row in found.change.benchmarks {
          let figures = [row.requestsPerSecond, row.ttft.mean, row.ttft.p95, row.itl.mean, row.itl.p95, row.e2e.mean, row.e2e.p95]
          #expect(figures.allSatisfy { $0.map { $0 > 0 && $0 <= 1e9 } ?? true } && row.gpus > 0 && row.profile.promptTokens > 0)
        }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 100, "only \(refused) of 300 were refused (seed 42)")
  }
}
