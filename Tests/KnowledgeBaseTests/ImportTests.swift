import JSON
import KnowledgeBase
import Planning
import Testing

@Suite struct ImportTests {
  static let header =
    "kind,model,accelerator,gpus,prompt_tokens,output_tokens,requests_per_second,ttft_mean_ms,ttft_p95_ms,itl_mean_ms,itl_p95_ms,"
    + "e2e_mean_ms,e2e_p95_ms,source\n"

  private func parse(_ text: String) throws -> BenchmarkFile { try BenchmarkFile(parsing: Array(text.utf8), name: "rows.csv") }

  @Test func `Quotes, carriage returns, a mark at the start, missing and unknown columns are fine`() throws {
    let file = try parse(
      "\u{FEFF}accelerator,model,gpus,prompt_tokens,output_tokens,requests_per_second,extra,ttft_p95_ms,itl_p95_ms,e2e_p95_ms\r\n"
        + "H100,\"a \"\"quoted\"\", model\",2,512,256,1.1111111111111112,x,26.3,10.7,3856\r\n\r\nH100,b,1,512,256,3,,1,2,3")
    #expect(file.rows.count == 2)
    #expect(file.rows[0].model == "a \"quoted\", model")
    #expect(file.rows[0].requestsPerSecond == 1.1111111111111112)
    #expect(file.rows[0].kind == .measured)
    #expect(file.rows[0].source == "rows.csv, line 2")
    #expect(file.rows[1].source == "rows.csv, line 4")
    #expect(file.rows[1].serviceLevel == ServiceLevel(ttft: 1, itl: 2, e2e: 3))
  }

  @Test(arguments: [
    ("simulated,m,H100,1,512,256,nan,1,1,1,1,1,1,s", 2, 7), ("simulated,m,H100,1,512,256,2,1,-5,1,1,1,1,s", 2, 9),
    ("simulated,m,H100,1,512,256,0,1,1,1,1,1,1,s", 2, 7), ("simulated,m,H100,1,512,256,inf,1,1,1,1,1,1,s", 2, 7),
    ("simulated,m,H100,1.5,512,256,2,1,1,1,1,1,1,s", 2, 4), ("guessed,m,H100,1,512,256,2,1,1,1,1,1,1,s", 2, 1),
    ("simulated,,H100,1,512,256,2,1,1,1,1,1,1,s", 2, 2), ("simulated,m,H100,1,512,256,2,1,1", 2, 0),
    ("simulated,m,H100,1,512,256,,1,1,1,1,1,1,s", 2, 0), ("simulated,\"m,H100,1,512,256,2,1,1,1,1,1,1,s", 2, 2),
    ("simulated,m,H100,1,512,256,2,1,1,1,1,1,1e99,s", 2, 13),
    ("simulated,m,H100,1,512,256,2,1,1,1,1,1,1,s\nsimulated,m,H100,x,512,256,2,1,1,1,1,1,1,s", 3, 4),
  ])
  func `A wrong cell refuses the whole file and names its place`(row: String, line: Int, column: Int) throws {
    let problem = #expect(throws: ImportError.self) { try parse(Self.header + row) }
    #expect(problem?.line == line)
    #expect(problem?.column == column, "\(problem?.description ?? "")")
  }

  @Test(arguments: ["", "model,gpus\n", "kind\n", "model,model,accelerator\n", ImportTests.header])
  func `A file without the needed columns or rows is refused`(text: String) throws {
    #expect(throws: ImportError.self) { try parse(text) }
  }

  @Test func `A p95 below its mean is flagged with its line`() throws {
    let file = try parse(Self.header + "simulated,m,H100,1,512,256,2,1,2,10.764,10.748,3,4,s")
    #expect(file.warnings.map(\.description) == ["line 2: ITL p95 is below its mean"])
  }

  @Test func `Prices are an object of numbers above zero`() throws {
    #expect(try PriceFile.parse(Array(#"{"H100": 4.5, "A100-80": 3}"#.utf8), name: "p") == ["H100": 4.5, "A100-80": 3])
    for text in [#"{"H100": 0}"#, #"{"H100": "4"}"#, #"{"H100": -1}"#, "[]", #"{"H100": 4"#, #"{"H100": 1e9}"#] {
      #expect(throws: ImportError.self, "\(text)") { try PriceFile.parse(Array(text.utf8), name: "p") }
    }
  }

  @Test func `Imported rows and prices make a report with every viable configuration`() throws {
    let rows = try parse(
      Self.header
        + "simulated,acme/a-7b,H100,1,512,256,2,50,100,10,20,3000,5000,s\nsimulated,acme/a-7b,X1,2,512,256,4,50,90,10,19,3000,4000,s\n"
        + "simulated,acme/a-7b,H100,4,512,256,9,50,151,10,20,3000,5000,s\n"
    ).rows
    let knowledge = try KnowledgeBase.shared.get().with(benchmarks: rows).with(prices: ["H100": 2, "X1": 0.5])
    let request = PlanRequest(workload: Workload(useCase: "chatbot_conversational", expectedQPS: 5), budget: Budget(policy: .strict))
    let report = PlanReport.json(try Planner.plan(request, knowledge: knowledge))
    // 5 × 1.2 ÷ 2 = 3 replicas of 1 H100 at 2 USD; 5 × 1.2 ÷ 4 = 1.5, so 2 replicas of 2 X1 at 0.50 USD.
    #expect(report["viable"]?.array?.count == 2)
    #expect(report["selected"]?["accelerator"]?.string == "X1")
    #expect(report["selected"]?["replicas"]?.int == 2)
    #expect(report["selected"]?["gpuCount"]?.int == 4)
    #expect(report["selected"]?["costPerHourUSD"]?.double == 2)
    #expect(report["selected"]?["costPerMonthUSD"]?.double == 1460)
    #expect(report["viable"]?[1]?["replicas"]?.int == 3)
    #expect(report["viable"]?[1]?["costPerMonthUSD"]?.double == 4380)
    #expect(report["rejected"]?["TTFTTooHigh"]?.int == 1)
  }
}
