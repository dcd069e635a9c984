import Scheduling
import Synchronization
import Testing

@testable import DataPlane

@Suite struct `Trace context` {
  private static let valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

  private static func parse(_ text: String) -> TraceParent? {
    let bytes = Array(text.utf8)
    return TraceParent(bytes.span, 0..<bytes.count)
  }

  @Test func `is read strictly`() throws {
    let parent = try #require(Self.parse(Self.valid))
    #expect(parent.traceHigh == 0x0af7_6519_16cd_43dd && parent.traceLow == 0x8448_eb21_1c80_319c && parent.isSampled)
    #expect(parent.spanID == 0xb7ad_6b71_6920_3331)
    var written = [UInt8](repeating: 0, count: 55)
    written.withUnsafeMutableBytes { parent.write(to: $0.baseAddress!) }
    #expect(String(decoding: written, as: UTF8.self) == Self.valid)
    #expect(Self.parse(Self.valid.dropLast(2) + "00")?.isSampled == false)
    #expect(Self.parse("cc" + Self.valid.dropFirst(2) + "-what") != nil)
    let wrong = [
      "", "00", "ff" + Self.valid.dropFirst(2), "0g" + Self.valid.dropFirst(2), Self.valid + "-", Self.valid + "0", Self.valid.uppercased(),
      "cc" + Self.valid.dropFirst(2) + ".what", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", Self.valid.replacing("-", with: "_"), String(Self.valid.dropLast()),
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333 -01",
    ]
    for text in wrong { #expect(Self.parse(text) == nil, "\(text)") }
  }

  @Test func `state is passed on only when it is well formed`() {
    func members(_ text: String) -> Int? {
      let bytes = Array(text.utf8)
      return TraceState.members(bytes.span, 0..<bytes.count)
    }
    #expect(
      members("rojo=00f067aa0ba902b7, congo=t61rcWkgMzE") == 2 && members("1a@b=c d") == 1 && members("") == 0 && members(",a=b,") == 1)
    for text in ["a", "A=b", "1a=b", "a=", "a=b=c", "a@b@c=d", "@b=c", "a=\u{e9}", "a=b\tc"] { #expect(members(text) == nil, "\(text)") }
    #expect(members((0..<33).map { "k\($0)=v" }.joined(separator: ",")) == nil)
  }

  @Test func `of random bytes never crashes`() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<20_000 {
      var bytes = Array(Self.valid.utf8) + Array("-x=y,".utf8)
      for _ in 0..<random.next() % 4 { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next()) }
      bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
      _ = TraceParent(bytes.span, 0..<bytes.count)
      _ = TraceState.members(bytes.span, 0..<bytes.count)
    }
  }

  @Test func `is sampled by its share, and by its parent`() {
    var random = SplitMix64(seed: 3)
    let ids = (0..<20_000).map { _ in random.next() }
    let tenth = ids.count { TraceSampler(ratio: 0.1).samples($0, parent: nil) }
    #expect((1800...2200).contains(tenth), "\(tenth)")
    #expect(ids.allSatisfy { TraceSampler(ratio: 1).samples($0, parent: nil) })
    #expect(!ids.contains { TraceSampler(ratio: 0).samples($0, parent: nil) })
    let parent = TraceParent(traceHigh: 1, traceLow: 1, spanID: 1, isSampled: true)
    #expect(TraceSampler(ratio: 0).samples(1, parent: parent) && !TraceSampler(followsParent: false, ratio: 0).samples(1, parent: parent))
  }
}

@Suite struct `A traced request` {
  private final class Recorder: SpanSink {
    let requests = Mutex<[RequestTrace]>([])
    func offer(_ requests: [RequestTrace]) { self.requests.withLock { $0 += requests } }
    var exported: UInt64 { 0 }
    var dropped: UInt64 { 0 }
  }

  private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-"
  private static let trace = "0af7651916cd43dd8448eb211c80319c"

  private static func header(_ head: String, _ name: String) -> [String] {
    head.split(separator: "\r\n").filter { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
  }

  private static func run(_ sampler: TraceSampler?, _ body: (TestPlane, Recorder) async throws -> Void) async throws {
    let recorder = Recorder()
    var configuration = DataPlaneConfiguration()
    configuration.tracing = sampler.map { Tracing(sampler: $0, sink: recorder) }
    try await TestPlane.run(configuration: configuration) { try await body($0, recorder) }
  }

  private static func heads(_ sampler: TraceSampler?, _ headers: [String]) async throws -> [String] {
    nonisolated(unsafe) var heads: [String] = []  // Written by this task only.
    try await run(sampler) { plane, _ in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await plane.client()
      for lines in headers { client.send(RawClient.post(chat, headers: lines)) }
      await client.receive("total_tokens", times: headers.count)
      heads = server.requests.map(\.head)
    }
    return heads
  }

  @Test func `without tracing goes on with its context unchanged`() async throws {
    let headers = "traceparent: \(Self.parent)01\r\ntracestate: a=b, c=d\r\n"
    let heads = try await Self.heads(nil, [headers, "traceparent: nonsense\r\n", ""])
    #expect(Self.header(heads[0], "traceparent") == [Self.parent + "01"] && Self.header(heads[0], "tracestate") == ["a=b, c=d"])
    #expect(Self.header(heads[1], "traceparent") == ["nonsense"] && Self.header(heads[2], "traceparent").isEmpty)
  }

  @Test func `that nobody samples costs its caller nothing and tells the model server so`() async throws {
    let heads = try await Self.heads(
      TraceSampler(ratio: 0), ["traceparent: \(Self.parent)00\r\ntracestate: a=b\r\n", "", "traceparent: x\r\n"])
    #expect(Self.header(heads[0], "traceparent") == [Self.parent + "00"] && Self.header(heads[0], "tracestate") == ["a=b"])
    for head in heads.dropFirst() {
      let sent = try #require(Self.header(head, "traceparent").first)
      #expect(sent.hasPrefix("00-") && sent.hasSuffix("-00") && sent.utf8.count == 55 && Self.header(head, "traceparent").count == 1)
    }
  }

  @Test func `makes our span the model server's parent, in the caller's trace`() async throws {
    let heads = try await Self.heads(
      TraceSampler(ratio: 0),
      [
        "traceparent: \(Self.parent)01\r\ntracestate: a=b\r\n", "traceparent: \(Self.parent)01\r\ntracestate: NOT VALID\r\n",
        "traceparent: \(Self.parent)01\r\ntraceparent: \(Self.parent)01\r\ntracestate: a=b\r\n",
      ])
    let sent = try #require(Self.header(heads[0], "traceparent").first)
    #expect(sent.hasPrefix("00-\(Self.trace)-") && sent.hasSuffix("-01") && sent != Self.parent + "01")
    #expect(Self.header(heads[0], "tracestate") == ["a=b"] && Self.header(heads[1], "tracestate").isEmpty)
    // Two parents are none: a new trace begins, and nothing of the old one goes on.
    let fresh = try #require(Self.header(heads[2], "traceparent").first)
    #expect(!fresh.contains(Self.trace) && Self.header(heads[2], "tracestate").isEmpty)
  }

  @Test func `that is retried has a span for each attempt, and each model server its own parent`() async throws {
    try await Self.run(TraceSampler()) { plane, recorder in
      let bad = try await plane.modelServer { $0.close() }
      let good = try await plane.modelServer { $0.json(answer) }
      try plane.serve(bad, good)
      let client = try await plane.client()
      for index in 1...20 where bad.requests.isEmpty {
        client.send(RawClient.post(chat, headers: "x-customer-tier: free\r\n"))
        await client.receive("total_tokens", times: index)
      }
      try await eventuallyRecorded(recorder, with: 2)
      let traces = recorder.requests.withLock { $0 }
      let retried = try #require(traces.first { $0.attempts.count == 2 })
      #expect(retried.attempts[0].failure == .reset && retried.attempts[1].failure == nil && retried.parent == nil)
      #expect(retried.attempts.map(\.backend) == ["127.0.0.1:\(bad.port)", "127.0.0.1:\(good.port)"])
      #expect(retried.attempts.allSatisfy { $0.waitingSince <= $0.dispatchedAt && $0.dispatchedAt <= $0.endedAt ?? .zero })
      #expect(
        retried.outcome == "served" && retried.tier == "free" && retried.pool == "m" && retried.text.string(retried.text.model) == "m")
      func spanOf(_ exchange: FakeModelServer.Exchange?) throws -> String {
        String(try #require(exchange.flatMap { Self.header($0.head, "traceparent").first }).split(separator: "-")[2])
      }
      #expect(try spanOf(bad.requests.first) == hexadecimal(retried.attemptSpanID(0)))
      #expect(try good.requests.map(Optional.some).contains { try spanOf($0) == hexadecimal(retried.attemptSpanID(1)) })
    }
  }

  private func eventuallyRecorded(_ recorder: Recorder, with attempts: Int) async throws {
    await until("a request with \(attempts) attempts is recorded") {
      recorder.requests.withLock { $0.contains { $0.attempts.count == attempts } }
    }
  }

  private func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  @Test func `that becomes a WebSocket session is one span from its handshake to its end`() async throws {
    try await Self.run(TraceSampler(ratio: 1)) { plane, recorder in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await plane.client()
      client.send(`A WebSocket session`.handshake(headers: "traceparent: \(Self.parent)01\r\n"))
      await until("the request arrives") { server.requests.count == 1 }
      let exchange = server.requests[0]
      exchange.acceptSession()
      await client.receive("\r\n\r\n")
      #expect(recorder.requests.withLock { $0.isEmpty })
      exchange.close()
      await until("it is told") { recorder.requests.withLock { $0.count } == 1 }
      let span = try #require(recorder.requests.withLock { $0.first })
      #expect(span.context.traceLow == 0x8448_eb21_1c80_319c && span.parent?.spanID == 0xb7ad_6b71_6920_3331)
      #expect(span.status == 101 && span.attempts.count == 1 && !span.isSecure)
      #expect(Self.header(exchange.head, "traceparent").first?.contains(Self.trace) == true)
    }
  }
}
