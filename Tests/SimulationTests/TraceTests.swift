import Scheduling
import Simulation
import TestKit
import Testing

@Suite struct TraceTests {
  static func trace(_ text: String) throws -> TraceFile { try TraceFile(parsing: Array(text.utf8), name: "t.csv") }

  static func problem(_ text: String) -> String {
    do {
      return "read \(try trace(text).count) rows"
    } catch {
      return "\(error)"
    }
  }

  static func rows(_ traffic: Traffic) -> [TraceRow] { if case .trace(let rows) = traffic.arrivals { rows } else { [] } }

  @Test func `our own columns come in any order, with comments, and rows are sorted and begin at zero`() throws {
    let trace = try Self.trace("# made up\noutput,prompt,time,tier,tenant\r\n5,50,12.5,free,a\r\n7,70,10,enterprise,b\n6,60,11,free,a\n")
    let traffic = try Written.file(
      Written.servers + "traffic: [{trace: t.csv, speed: 2}]", traces: ["t.csv": trace]
    ).scenario.traffic
    #expect(traffic.map(\.tier) == ["enterprise", "free"])
    #expect(Self.rows(traffic[0]).map(\.at) == [.zero] && Self.rows(traffic[0]).map(\.outputTokens) == [7])
    #expect(Self.rows(traffic[1]).map(\.at) == [.milliseconds(500), .milliseconds(1250)], "twice as fast")
    #expect(Self.rows(traffic[1]).map(\.promptTokens) == [60, 50])
    #expect(Set(Self.rows(traffic[1]).map(\.tenant)).count == 1 && Self.rows(traffic[0])[0].tenant != Self.rows(traffic[1])[0].tenant)
  }

  @Test func `an Azure trace is dealt to the tiers in parts, the same way each time`() throws {
    var text = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
    for index in 0..<1000 { text += "2023-11-16 18:15:\(10 + index / 50).\(1_000_000 + index)00,\(100 + index),20\n" }
    let trace = try Self.trace(text)
    let scenario = "traffic: [{trace: t.csv, tiers: {enterprise: 1, free: 3}}]"
    let one = try Written.file(Written.servers + scenario, traces: ["t.csv": trace]).scenario
    #expect(one.traffic.map(\.tier) == ["enterprise", "free"])
    #expect((200...300).contains(Self.rows(one.traffic[0]).count))
    #expect(Self.rows(one.traffic[0]).count + Self.rows(one.traffic[1]).count == 1000)
    #expect(one.duration > .seconds(19) && one.duration < .seconds(20), "as long as the recording")
    let other = try Written.file(Written.servers + scenario, traces: ["t.csv": trace]).scenario
    #expect(Self.rows(one.traffic[0]) == Self.rows(other.traffic[0]))
  }

  @Test func `an access log of the proxy is a recording`() throws {
    let trace = try Self.trace(
      """
      {"time":"2026-11-21T13:00:01.500Z","status":200,"tier":"free","tenant":"a1","prompt_tokens":40,"output_tokens":30,"max_tokens":99}
      {"time":"2026-11-21T13:00:00Z","status":404,"outcome":"rejected"}
      {"time":"2026-11-21T13:00:01Z","status":429,"tier":"enterprise","prompt_tokens":10,"max_tokens":70}
      {"time":"2026-11-21T13:00:02Z","status":429,"tier":"free","prompt_tokens":20}

      """)
    let traffic = try Written.file(Written.servers + "traffic: [{trace: t.csv}]", traces: ["t.csv": trace]).scenario.traffic
    #expect(traffic.map(\.tier) == ["enterprise", "free"])
    #expect(Self.rows(traffic[0]).map(\.outputTokens) == [70], "what it allowed")
    #expect(Self.rows(traffic[1]).map(\.outputTokens) == [30, 50], "measured, and the mean of the others")
    #expect(Self.rows(traffic[1]).map(\.at) == [.milliseconds(500), .seconds(1)])
    #expect(Self.problem("{\"tier\":\"free\"}") == "t.csv: line 1: has no time such as 2026-01-31T12:00:00.125Z")
    #expect(Self.problem("{\"tier\":\n") == "t.csv: line 1: is no JSON object")
  }

  @Test(
    "a mistake is named with its row",
    arguments: [
      ("", "t.csv: is empty"), ("a,b\n1,2\n", "t.csv: has the header 'a,b': write time,tier,tenant,prompt,output"),
      ("time,prompt,output\n", "t.csv: has no rows"),
      ("time,prompt,output\n1,2,3\nnoon,2,3\n", "t.csv: row 2: has the time 'noon': write seconds"),
      ("time,prompt,output\n1,many,3\n", "t.csv: row 1: has 'many' tokens: write a whole number"),
      ("time,prompt,output\n1,2\n", "t.csv: row 1: has 2 columns, fewer than the header"),
      ("time,prompt,output\n2023-13-16 18:15:46,2,3\n", "t.csv: row 1: has the time '2023-13-16 18:15:46'"),
    ])
  func mistakes(_ text: String, _ expected: String) { #expect(Self.problem(text).hasPrefix(expected), "\(Self.problem(text))") }

  @Test func `a recording that says no tier must be given one that exists`() throws {
    let traces = ["t.csv": try Self.trace("time,prompt,output\n0,1,1\n"), "u.csv": try Self.trace("time,tier,prompt,output\n0,gold,1,1\n")]
    #expect(
      Written.problem(Written.servers + "traffic: [{trace: t.csv}]", traces: traces)
        .hasPrefix("traffic[0]: says not whose requests these are, and neither does t.csv"))
    #expect(
      Written.problem(Written.servers + "traffic: [{trace: u.csv}]", traces: traces)
        .hasPrefix("traffic[0].trace: row 1 has the tier 'gold', which the policy has not"))
  }

  @Test(
    "the published Azure trace of conversations is replayed, without a broken promise",
    .enabled(if: Places.shared != nil, "the published traces are not beside the repository"))
  func azure() throws {
    let path = "\(try #require(Places.shared))/data/traces/AzureLLMInferenceTrace_conv.csv"
    let trace = try TraceFile(parsing: Array(try Places.text(path).utf8), name: "conv.csv")
    #expect(trace.count == 19_366)
    let file = try Written.file(
      """
      duration: 5m
      servers: [{count: 4, places: 32, timeToFirstToken: 60ms, timePerOutputToken: 20ms, timePerPromptToken: 50us, slowdown: 0.01}]
      traffic: [{trace: conv.csv, tiers: {enterprise: 10, premium: 20, free: 70}}]
      """, traces: ["conv.csv": trace])
    let report = Simulation.run(file.scenario)
    #expect(report.violations.isEmpty, "\(report.violations)")
    // The first five minutes of it.
    #expect((1_000...3_000).contains(report.tiers.reduce(0) { $0 + $1.arrived }))
    #expect(report.tiers.allSatisfy { $0.served > 0 && $0.failed == 0 })
  }
}
