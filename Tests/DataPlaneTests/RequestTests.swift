import NIOCore
import Scheduling
import TestKit
import Testing

@testable import DataPlane

@Suite struct `A bad request` {
  static let heads: [(String, Int)] = [
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400),
    ("GET / HTTP/1.1\nhost: a\n\n", 400),
    ("GET / HTTP/1.1\r\nhost: a\n\r\n", 400),
    ("GET / HTTP/1.1\r\nhost : a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nhost: a\r\n b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n", 400),
    ("G\u{1}T / HTTP/1.1\r\nhost: a\r\n\r\n", 400),
    ("GET  / HTTP/1.1\r\nhost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1 \r\nhost: a\r\n\r\n", 400),
    ("GET http://a HTTP/1.1\r\nhost: a\r\n\r\n", 400),
    ("GET http:///x HTTP/1.1\r\nhost: a\r\n\r\n", 400),
    ("GET http://u@a/ HTTP/1.1\r\nhost: a\r\n\r\n", 400),
    ("GET ftp://a/ HTTP/1.1\r\nhost: a\r\n\r\n", 400),
    ("GET x HTTP/1.1\r\nhost: a\r\n\r\n", 400),
    ("GET * HTTP/1.1\r\nhost: a\r\n\r\n", 400),
    ("CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n", 501),
    ("GET /\r\n", 400),
    ("GET / http/1.1\r\nhost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nhost: a b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nhost: a, b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nhost: a:b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nhost: u@a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nhost: a\r\nx: a\rb\r\n\r\n", 400),
    ("GET / HTTP/1.1\rhost: a\r\n\r\n", 400),
    ("\n\nGET / HTTP/1.1\r\nhost: a\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nhost: a\r\n\r\n", 505),
    ("BREW / HTTP/1.1\r\nhost: a\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\nx", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +1\r\n\r\nx", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1, 1\r\n\r\nx", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999999999999\r\n\r\nx", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999\r\n\r\nx", 413),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    // RFC 9112 section 6.1: the framing of such a message is faulty.
    ("POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.0\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    // Section 6.3: without chunked at the end the body has no end.
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding:\u{b}chunked\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0x1\r\n\r\nx", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\nx", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length:\r\n\r\nx", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue, more\r\n\r\n", 417),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx : y\r\n\r\n", 400),
    (
      "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1;" + String(repeating: "a", count: 20_000) + "\r\nx\r\n0\r\n\r\n",
      400
    ),
    ("POST / HTTP/1.1\r\nhost: a\r\nexpect: something\r\n\r\n", 417),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400),
    ("GET /" + String(repeating: "a", count: 9000) + " HTTP/1.1\r\nhost: a\r\n\r\n", 414),
    ("GET / HTTP/1.1\r\nhost: a\r\nx: " + String(repeating: "a", count: 40000) + "\r\n\r\n", 431),
    ("GET / HTTP/1.1\r\nhost: a\r\n" + String(repeating: "x: y\r\n", count: 101) + "\r\n", 431),
  ]

  @Test func `with a malformed head or body is refused in OpenAI's format, and the connection ends`() async throws {
    try await TestPlane.run { plane in
      try plane.serve()
      for (bytes, status) in Self.heads {
        let client = try await plane.client()
        client.send(bytes)
        let text = await client.receive("}}")
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(bytes.prefix(120).debugDescription) → \(text.prefix(40))")
        #expect(text.contains("\"type\":\"invalid_request_error\"") && text.contains("connection: close"))
        client.close()
      }
    }
  }

  static let bodies: [(String, Int, String)] = [
    (#"{"messages":[]}"#, 400, "model_missing"), (#"{"model":"nope"}"#, 404, "model_not_found"), (#"{"model":5}"#, 400, "invalid_json"),
    (#"["model"]"#, 400, "invalid_json"), (#"{"model":"m""#, 400, "invalid_json"), (#"{"model":"m"}x"#, 400, "invalid_json"),
    ("", 400, "invalid_json"), (#"{"model":"m","model":"m"}"#, 400, "invalid_json"), (#"{"\u006dodel":"m"}"#, 400, "invalid_json"),
    (#"{"model":"m","stream":"yes"}"#, 400, "invalid_json"), (#"{"model":"m","max_tokens":-1}"#, 400, "invalid_json"),
    (#"{"model":"m","a":"# + String(repeating: "[", count: 300) + "]}", 400, "invalid_json"),
  ]

  @Test func `with a body that says no model, or an unknown one, is refused and the connection goes on`() async throws {
    try await TestPlane.run { plane in
      try plane.serve()
      let client = try await plane.client()
      for (number, (body, status, code)) in Self.bodies.enumerated() {
        client.send(RawClient.post(body))
        let text = await client.receive("}}", times: number + 1)
        let last = text.split(separator: "HTTP/1.1 ").last ?? ""
        #expect(last.hasPrefix("\(status) ") && last.contains("\"code\":\"\(code)\""), "\(body.prefix(80)) → \(last)")
      }
      #expect(client.text.contains("Models served here: m."))
    }
  }
}

@Suite struct `The proxy answers itself` {
  @Test func `what it serves, and whether it is ready`() async throws {
    try await TestPlane.run { plane in
      let client = try await plane.client()
      client.send("GET /readyz HTTP/1.1\r\nhost: t\r\n\r\n")
      await client.receive("no traffic policy yet")
      client.send(RawClient.post(chat))
      await client.receive("no_policy")
      try plane.server.apply(
        TestPlane.policy(pools: [TestPlane.pool("chat", models: ["chat", "org/model"], []), TestPlane.pool("code", [])]))
      client.send("GET /readyz HTTP/1.1\r\nhost: t\r\n\r\nGET /v1/models?x=1 HTTP/1.1\r\nhost: t\r\n\r\n")
      let list = await client.receive("]}")
      #expect(list.contains(#"{"object":"list","data":[{"id":"chat","object":"model","#) && list.contains(#""id":"code""#))
      client.send("GET /v1/models/org%2Fmodel HTTP/1.1\r\nhost: t\r\n\r\n")
      await client.receive(#"{"id":"org/model","object":"model""#)
      client.send("GET /v1/models/none HTTP/1.1\r\nhost: t\r\n\r\n")
      await client.receive("Models served here: chat, code.")
      client.send("GET /v1/chat/completions HTTP/1.1\r\nhost: t\r\n\r\n")
      await client.receive("HTTP/1.1 405 ")
      client.send("HEAD /healthz HTTP/1.1\r\nhost: t\r\n\r\nGET /nothing HTTP/1.1\r\nhost: t\r\n\r\n")
      await client.receive("unknown_url")
    }
  }

  @Test func `its metrics, by tier and model`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server, revision: "seven")
      let client = try await plane.client()
      client.send(RawClient.post(chat, headers: "x-customer-tier: premium\r\n"))
      await client.receive("total_tokens")
      client.send("GET /metrics HTTP/1.1\r\nhost: t\r\n\r\n")
      let text = await client.receive("side=\"backend\"")
      for line in [
        #"qos_requests_total{namespace="default",model="m",tier="premium",code="200",outcome="served"} 1"#,
        #"qos_queue_depth{namespace="default",model="m",tier="free"} 0"#,
        #"qos_tokens_total{namespace="default",model="m",tier="premium",kind="output",source="reported"} 5"#,
        #"qos_policy_info{namespace="default",revision="seven"} 1"#,
        #"qos_end_to_end_seconds_bucket{namespace="default",model="m",tier="premium",le="+Inf"} 1"#,
        // The answer came whole: nobody saw a first token.
        #"qos_time_to_first_token_seconds_bucket{namespace="default",model="m",tier="premium",le="+Inf"} 0"#,
      ] { #expect(text.contains(line + "\n"), "\(line) is missing") }
    }
  }

  @Test func `that a port is in use, by its number`() async throws {
    try await TestPlane.run { plane in
      var configuration = DataPlaneConfiguration()
      configuration.port = plane.port
      let second = DataPlaneServer(configuration: configuration, group: plane.group, logger: .init(label: "test"))
      let error = await #expect(throws: DataPlaneError.self) { try await second.start() }
      #expect("\(error.map(String.init(describing:)) ?? "")".contains("port \(plane.port) on 127.0.0.1 is already in use"))
      await second.shutdown(drain: .zero)
    }
  }

  @Test func `to curl`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        exchange.startStream()
        exchange.event("{\"size\":\(exchange.body.utf8.count)}")
        exchange.event("[DONE]")
        exchange.endStream()
      }
      try plane.serve(server)
      let long = #"{"model":"m","stream":true,"x":""# + String(repeating: "y", count: 2_000_000) + "\"}"
      let result = try await Command.run(
        "curl", ["-sS", "-i", "-N", "--data-binary", "@-", "http://127.0.0.1:\(plane.port)/v1/completions"], input: long)
      #expect(result.output.contains("data: {\"size\":\(long.utf8.count)}\n\ndata: [DONE]\n\n"))
    }
  }
}

@Suite struct `Who is asking` {
  @Test func `is known by an API key, which the model servers never see`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      let digest = "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"  // of "key"
      let sources: [Classification.Source] = [.apiKeys([digest: Identity(tier: "enterprise", tenant: "acme")])]
      try plane.server.apply(TestPlane.policy(sources: sources, pools: [TestPlane.pool("m", [server])]))
      let client = try await plane.client()
      client.send(RawClient.post(chat, headers: "authorization: Bearer key\r\n"))
      await client.receive("x-podium-tier: enterprise\r\n")
      client.send(RawClient.post(chat, headers: "authorization: Bearer other\r\nx-customer-tier: enterprise\r\n"))
      await client.receive("x-podium-tier: free\r\n")
      await client.receive("total_tokens", times: 2)
      let heads = server.requests.map { $0.head.lowercased() }
      #expect(heads.count == 2 && !heads[0].contains("authorization") && heads[1].contains("authorization: bearer other"))
      #expect(!heads[1].contains("x-customer-tier"))
    }
  }

  @Test func `is known by a header only where the policy names it`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.server.apply(TestPlane.policy(sources: [.trustedHeader(name: "x-plan")], pools: [TestPlane.pool("m", [server])]))
      let client = try await plane.client()
      client.send(RawClient.post(chat, headers: "X-Plan: Premium\r\n"))
      await client.receive("x-podium-tier: premium\r\n")
      client.send(RawClient.post(chat, headers: "x-plan: no-such-tier\r\nx-customer-tier: enterprise\r\n"))
      await client.receive("x-podium-tier: free\r\n")
      await client.receive("total_tokens", times: 2)
      #expect(server.requests.allSatisfy { !$0.head.lowercased().contains("x-plan") })
    }
  }
}
