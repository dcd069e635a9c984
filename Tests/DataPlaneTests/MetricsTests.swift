import Foundation
import Scheduling
import TestKit
import Testing

@testable import DataPlane

@Suite struct `The metrics` {
  private static func scheduling(_ objective: LatencyObjective, revenue: TierRevenue = .init()) -> SchedulingPolicy {
    SchedulingPolicy(
      tiers: [
        TierPolicy(name: "gold", weight: 70, priority: 100, sla: .guaranteed, objective: objective, breaker: .strict, revenue: revenue),
        TierPolicy(
          name: "free", weight: 30, priority: 10, sla: .bestEffort, breaker: .lenient, revenue: .init(perMillionTokens: 500_000)),
      ], defaultTier: "free")
  }

  private static func apply(
    _ plane: TestPlane, _ scheduling: SchedulingPolicy, _ servers: FakeModelServer..., revision: String = "1"
  ) throws {
    try plane.server.apply(TestPlane.policy(revision: revision, pools: [TestPlane.pool("m", servers, scheduling: scheduling)]))
  }

  static func page(_ plane: TestPlane, accept: String = "text/plain") async throws -> String {
    let client = try await plane.client()
    client.send("GET /metrics HTTP/1.1\r\nhost: t\r\naccept: \(accept)\r\nconnection: close\r\n\r\n")
    await until("the page is complete") { client.isClosed }
    let text = client.text
    return String(text[(text.range(of: "\r\n\r\n")?.upperBound ?? text.startIndex)...])
  }

  private static func samples(_ page: String, _ prefix: String) -> [String] {
    page.split(separator: "\n").filter { $0.hasPrefix(prefix) }.map(String.init)
  }

  @Test func `have a bucket at every objective, and a changed objective resets nothing`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try Self.apply(plane, Self.scheduling(LatencyObjective(endToEnd: .milliseconds(345))), server)
      let client = try await plane.client()
      client.send(RawClient.post(chat, headers: "x-customer-tier: gold\r\n"))
      await client.receive("total_tokens")
      let before = try await Self.page(plane)
      let series = #"qos_end_to_end_seconds_bucket{namespace="default",model="m",tier="gold",le="#
      #expect(before.contains(series + "\"0.345\"} 1\n"))
      try Self.apply(plane, Self.scheduling(LatencyObjective(endToEnd: .milliseconds(777))), server, revision: "2")
      client.send(RawClient.post(chat, headers: "x-customer-tier: gold\r\n"))
      await client.receive("total_tokens", times: 2)
      let after = try await Self.page(plane)
      for bound in ["0.345", "0.777", "300", "+Inf"] { #expect(after.contains(series + "\"\(bound)\"} 2\n"), "\(bound)") }
      #expect(after.contains(#"qos_slo_requests_total{namespace="default",model="m",tier="gold",objective="e2e",result="within"} 2"#))
    }
  }

  @Test func `say what was earned, and what was within the objective`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        if exchange.body.contains("fail") { exchange.json("{}", status: "400 Bad Request") } else { exchange.json(answer) }
      }
      let never = LatencyObjective(endToEnd: .nanoseconds(1))
      try Self.apply(plane, Self.scheduling(never, revenue: .init(perRequest: 0.25)), server)
      let client = try await plane.client()
      for tier in ["gold", "gold", "free"] { client.send(RawClient.post(chat, headers: "x-customer-tier: \(tier)\r\n")) }
      await client.receive("total_tokens", times: 3)
      client.send(RawClient.post(#"{"model":"m","fail":1}"#, headers: "x-customer-tier: gold\r\n"))
      await client.receive("400 Bad Request")
      let page = try await Self.page(plane)
      for line in [
        // Two answers; the mistake of a caller earns nothing, and is no broken promise.
        #"qos_revenue_usd_total{namespace="default",model="m",tier="gold"} 0.5"#,
        // 8 tokens at 0.5 dollars each.
        #"qos_revenue_usd_total{namespace="default",model="m",tier="free"} 4"#,
        #"qos_slo_requests_total{namespace="default",model="m",tier="gold",objective="all",result="outside"} 2"#,
        #"qos_slo_requests_total{namespace="default",model="m",tier="gold",objective="e2e",result="within"} 0"#,
      ] {
        let others = Self.samples(page, "qos_revenue") + Self.samples(page, "qos_slo")
        #expect(page.contains(line + "\n"), "\(line) is missing in \(others)")
      }
      #expect(!page.contains(#"qos_slo_requests_total{namespace="default",model="m",tier="free""#))
    }
  }

  @Test func `measure the gap between the tokens of a stream`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        exchange.startStream()
        for _ in 0..<4 { exchange.event("{}") }
        exchange.event(#"{"usage":{"prompt_tokens":7,"completion_tokens":4}}"#)
        exchange.event("[DONE]")
        exchange.endStream()
      }
      try Self.apply(plane, Self.scheduling(LatencyObjective(interTokenLatency: .milliseconds(33))), server)
      let client = try await plane.client()
      client.send(RawClient.post(streamingChat, headers: "x-customer-tier: gold\r\n"))
      await client.receive("[DONE]")
      try await eventually("the request is counted") {
        let page = try await Self.page(plane)
        return page.contains(#"qos_inter_token_latency_seconds_count{namespace="default",model="m",tier="gold"} 1"#)
          && page.contains(#"qos_inter_token_latency_seconds_bucket{namespace="default",model="m",tier="gold",le="0.033"}"#)
          && page.contains(#"qos_time_to_first_token_seconds_count{namespace="default",model="m",tier="gold"} 1"#)
          && page.contains(#"tier="gold",kind="output",source="reported"} 4"#)
      }
    }
  }

  @Test func `say whose fault an error was`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json("{}", status: "500 Internal Server Error") }
      try Self.apply(plane, Self.scheduling(LatencyObjective(endToEnd: .seconds(1))), server)
      let client = try await plane.client()
      client.send(RawClient.post(#"{"model":"unknown"}"#))
      await client.receive("model_not_found")
      client.send(RawClient.post(chat, headers: "x-customer-tier: gold\r\n"))
      await client.receive("500 Internal Server Error")
      let page = try await Self.page(plane)
      for line in [
        #"qos_requests_rejected_total{namespace="default",code="404",origin="client",error="model_not_found"} 1"#,
        #"qos_errors_total{namespace="default",model="m",tier="gold",origin="upstream",error="upstream_error"} 1"#,
        #"qos_slo_requests_total{namespace="default",model="m",tier="gold",objective="all",result="outside"} 1"#,
      ] { #expect(page.contains(line + "\n"), "\(line) is missing") }
    }
  }

  @Test func `fold what is one series too many into other`() async throws {
    var configuration = DataPlaneConfiguration()
    configuration.maximumSeries = 3
    try await TestPlane.run(configuration: configuration) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      let pools = ["a", "b", "c"].map { TestPlane.pool($0, [server], scheduling: Self.scheduling(.init())) }
      try plane.server.apply(TestPlane.policy(pools: pools))
      let client = try await plane.client()
      client.send(RawClient.post(#"{"model":"c"}"#, headers: "x-customer-tier: gold\r\n"))
      await client.receive("total_tokens")
      let page = try await Self.page(plane)
      #expect(page.contains(#"qos_requests_total{namespace="default",model="other",tier="other",code="200",outcome="served"} 1"#))
      #expect(page.contains("qos_series_folded{namespace=\"default\"} 4\n"))
      #expect(!page.contains(#"qos_wait_seconds_count{namespace="default",model="c""#))
      #expect(page.contains(#"qos_queue_depth{namespace="default",model="c",tier="gold"} 0"#))
    }
  }

  /// Two tiers with everything that a page can have: errors, retries, streams, names that must be escaped.
  private static func fullPage(accept: String) async throws -> String {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        if exchange.body.contains("stream") {
          exchange.startStream()
          for _ in 0..<3 { exchange.event("{}") }
          exchange.endStream()
        } else if exchange.body.contains("fail") {
          exchange.close()
        } else {
          exchange.json(answer)
        }
      }
      let objective = LatencyObjective(timeToFirstToken: .milliseconds(123), interTokenLatency: .milliseconds(17), endToEnd: .seconds(4))
      let pools = ["m", "quo\"te\\d\nname"].map {
        TestPlane.pool($0, [server], scheduling: Self.scheduling(objective, revenue: .init(perRequest: 0.1)))
      }
      try plane.server.apply(TestPlane.policy(revision: "1", pools: pools))
      let client = try await plane.client()
      client.send(RawClient.post(chat, headers: "x-customer-tier: gold\r\n"))
      await client.receive("total_tokens")
      client.send(RawClient.post(streamingChat, headers: "x-customer-tier: gold\r\n"))
      await client.receive("\r\n0\r\n\r\n")
      client.send(RawClient.post(#"{"model":"m","fail":1}"#))
      await client.receive("\"error\"")
      return try await Self.page(plane, accept: accept)
    }
  }

  @Test func `are to promtool's taste`() async throws {
    guard let promtool = Tools.find("promtool") else {
      print("skipped: there is no promtool; hack/setup test installs it")
      return
    }
    let page = try await Self.fullPage(accept: "text/plain")
    let result = try await Command.run(promtool, ["check", "metrics"], input: page)
    #expect(result.succeeded && result.output.isEmpty && result.errors.isEmpty, "\(result.output)\(result.errors)\n\(page)")
  }

  @Test func `come as OpenMetrics to whoever asks for it`() async throws {
    let accept = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;q=0.5"
    let page = try await Self.fullPage(accept: accept)
    #expect(page.hasSuffix("# EOF\n") && page.contains("# TYPE qos_requests counter\n") && page.contains(#"le="1.0""#))
    guard let python = Tools.telemetryPython else {
      print("skipped: there is no prometheus_client for Python; hack/setup test installs it")
      return
    }
    let script = """
      import sys
      from prometheus_client.openmetrics.parser import text_string_to_metric_families
      families = list(text_string_to_metric_families(sys.stdin.read()))
      assert any(s.labels.get("model") == 'quo"te\\\\d\\nname' for f in families for s in f.samples), "no escaped name"
      print(len(families), sum(len(f.samples) for f in families))
      """
    let result = try await Command.run(python, ["-c", script], input: page).checked()
    let counts = result.output.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
    #expect(counts.count == 2 && counts[0] > 25 && counts[1] > 300, "\(result.output)")
  }
}
