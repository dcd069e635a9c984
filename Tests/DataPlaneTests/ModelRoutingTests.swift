import JSON
import NIOCore
import Scheduling
import Testing

@testable import DataPlane

@Suite struct `A model's name` {
  private static func body(_ model: String, _ more: String = "") -> String { "{\"model\":\"\(model)\"\(more)}" }

  /// Sends requests one after the other and returns the answers.
  private static func ask(_ plane: TestPlane, _ requests: [String]) async throws -> [String] {
    var answers: [String] = []
    let client = try await plane.client()
    for request in requests {
      let before = client.text.utf8.count
      client.send(request)
      await until("an answer to '\(request)' is complete (so far: \(client.text))") {
        let text = client.text.utf8.dropFirst(before)
        return String(decoding: text, as: UTF8.self).contains("\r\n\r\n") && text.last == UInt8(ascii: "}")
      }
      answers.append(String(decoding: client.text.utf8.dropFirst(before), as: UTF8.self))
    }
    return answers
  }

  private static func variant(_ answer: String) -> String? {
    answer.split(separator: "\r\n").first { $0.hasPrefix("x-podium-variant: ") }.map { String($0.dropFirst(18)) }
  }

  @Test func `may be an alias, and that of an adapter which the servers know by another name`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json($0.body) }
      var policy = TestPlane.policy(pools: [TestPlane.pool("m", served: "base", [server])])
      policy.models = [
        ModelRoute(name: "alias", variants: [.init(pool: "m")]),
        ModelRoute(name: "sql", variants: [.init(pool: "m", servedModel: "sql \"lora\"")]),
      ]
      try plane.server.apply(policy)
      let answers = try await Self.ask(plane, ["alias", "sql", "m"].map { RawClient.post(Self.body($0, ",\"x\":1")) })
      #expect(answers[0].hasSuffix(#"{"model":"base","x":1}"#) && answers[2].hasSuffix(#"{"model":"base","x":1}"#))
      #expect(answers[1].hasSuffix(#"{"model":"sql \"lora\"","x":1}"#) && Self.variant(answers[1]) == nil)
      let client = try await plane.client()
      client.send("GET /v1/models HTTP/1.1\r\nhost: t\r\n\r\n")
      let list = await client.receive("]}")
      for name in ["m", "alias", "sql"] { #expect(list.contains("\"id\":\"\(name)\"")) }
      client.send(RawClient.post(Self.body("unknown")))
      #expect(await client.receive("model_not_found").contains("404"))
      policy.defaultPool = "m"
      try plane.server.apply(policy)
      let caught = try await Self.ask(plane, [RawClient.post(Self.body("unknown"))])
      #expect(caught[0].hasSuffix(#"{"model":"base"}"#))
    }
  }

  private static func split(
    _ stable: FakeModelServer?, _ canary: FakeModelServer?, _ weights: (Int, Int), sticky: ModelRoute.Stickiness = .tenant
  )
    -> TrafficPolicy
  {
    let keys = Dictionary(
      uniqueKeysWithValues: (0..<40).map { (SHA256Digest("key-\($0)").hexadecimal, Identity(tier: "free", tenant: "tenant-\($0)")) })
    var policy = TestPlane.policy(
      sources: [.apiKeys(keys)],
      pools: [TestPlane.pool("stable", [stable].compactMap(\.self)), TestPlane.pool("canary", [canary].compactMap(\.self))])
    policy.models = [
      ModelRoute(
        name: "m", variants: [.init(pool: "stable", weight: weights.0), .init(pool: "canary", weight: weights.1)], sticky: sticky)
    ]
    return policy
  }

  private static func byTenant(_ repeats: Int = 1) -> [String] {
    (0..<40).flatMap { number in
      (0..<repeats).map { _ in RawClient.post(body("m"), headers: "authorization: Bearer key-\(number)\r\n") }
    }
  }

  @Test func `that is split keeps each tenant at its variant, and a rising weight only adds to the canary`() async throws {
    try await TestPlane.run { plane in
      let (stable, canary) = (try await plane.modelServer { $0.json(answer) }, try await plane.modelServer { $0.json(answer) })
      try plane.server.apply(Self.split(stable, canary, (75, 25)))
      let twice = try await Self.ask(plane, Self.byTenant(2)).compactMap(Self.variant)
      let first = stride(from: 0, to: 80, by: 2).map { twice[$0] }
      #expect(first == stride(from: 1, to: 80, by: 2).map { twice[$0] })
      let before = first.count { $0 == "canary" }
      #expect((2...20).contains(before) && canary.requests.count == 2 * before && stable.requests.count == 80 - 2 * before)
      // Changed while it runs.
      try plane.server.apply(Self.split(stable, canary, (50, 50)))
      let second = try await Self.ask(plane, Self.byTenant()).compactMap(Self.variant)
      #expect(second.count { $0 == "canary" } > before)
      for (old, new) in zip(first, second) where old == "canary" { #expect(new == "canary") }
      try plane.server.apply(Self.split(stable, canary, (100, 0)))
      let none = try await Self.ask(plane, Self.byTenant())
      #expect(none.allSatisfy { $0.contains("200 OK") } && none.compactMap(Self.variant).isEmpty)
      let client = try await plane.client()
      client.send("GET /metrics HTTP/1.1\r\nhost: t\r\n\r\n")
      let metrics = await client.receive("qos_policy_info{")
      #expect(metrics.contains("qos_variant_requests_total{namespace=\"default\",model=\"m\",variant=\"canary\"} "))
    }
  }

  @Test func `that is split goes to the other variant when one has no backend`() async throws {
    try await TestPlane.run { plane in
      let stable = try await plane.modelServer { $0.json(answer) }
      try plane.server.apply(Self.split(stable, nil, (50, 50)))
      let answers = try await Self.ask(plane, Self.byTenant())
      #expect(answers.allSatisfy { $0.contains("200 OK") && Self.variant($0) == "stable" })
      // A weight of 0 gets nothing, not even then.
      try plane.server.apply(Self.split(nil, stable, (100, 0)))
      #expect(try await Self.ask(plane, [RawClient.post(Self.body("m"))])[0].contains("no_backend"))
    }
  }

  @Test func `that is split follows the user where the tenant is unknown, and each request where that is wanted`() async throws {
    try await TestPlane.run { plane in
      let (stable, canary) = (try await plane.modelServer { $0.json(answer) }, try await plane.modelServer { $0.json(answer) })
      try plane.server.apply(Self.split(stable, canary, (50, 50)))
      func variants(_ bodies: [String]) async throws -> [String] {
        try await Self.ask(plane, bodies.map { RawClient.post($0) }).compactMap(Self.variant)
      }
      for user in 0..<8 {
        #expect(Set(try await variants(Array(repeating: Self.body("m", ",\"user\":\"u\(user)\""), count: 4))).count == 1)
      }
      try plane.server.apply(Self.split(stable, canary, (50, 50), sticky: .request))
      // All 40 at one variant: once in 2³⁹ runs.
      #expect(Set(try await variants(Array(repeating: Self.body("m", ",\"user\":\"u\""), count: 40))).count == 2)
    }
  }

  @Test func `is found and replaced in a form as well`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json("{\"length\":\($0.body.utf8.count)}") }
      try plane.server.apply(TestPlane.policy(pools: [TestPlane.pool("whisper", served: "openai/whisper-large-v3", [server])]))
      func form(_ parts: String) -> String {
        "POST /v1/audio/transcriptions HTTP/1.1\r\nhost: t\r\ncontent-type: multipart/form-data; boundary=B\r\n"
          + "content-length: \(parts.utf8.count)\r\n\r\n\(parts)"
      }
      let file = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF\r\n\r\n"
      let model = "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n"
      let answers = try await Self.ask(plane, [form(file + model + "--B--\r\n"), form(file + "--B--\r\n"), form(file + model)])
      #expect(answers[0].contains("200 OK") && server.requests.count == 1)
      #expect(server.requests[0].body == file + model.replacing("whisper", with: "openai/whisper-large-v3") + "--B--\r\n")
      #expect(answers[1].contains("model_missing") && answers[2].contains("invalid_form"))
    }
  }
}

@Suite struct `The priority in a body` {
  private static func sent(_ server: FakeModelServer) -> [JSONValue?] {
    server.requests.map { try? JSONValue(parsing: $0.body) }
  }

  @Test func `is the tier's rank, whatever the client writes there`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      var pool = TestPlane.pool("m", served: "served", [server])
      pool.forwardsPriority = true
      try plane.server.apply(TestPlane.policy(pools: [pool]))
      let client = try await plane.client()
      var sent = 0
      for (tier, rank) in [("enterprise", 0), ("premium", 1), ("free", 2)] {
        for body in [
          chat, #"{"priority":-1000000,"model":"m"}"#, #"{"model":"m","priority": "x" }"#,
          #"{ "model":"served"}"#.replacing("served", with: "m"),
        ] {
          client.send(RawClient.post(body, headers: "x-customer-tier: \(tier)\r\n"))
          sent += 1
          await client.receive(answer, times: sent)
          let arrived = Self.sent(server)[sent - 1]
          #expect(arrived?["priority"]?.int == rank && arrived?["model"]?.string == "served", "\(tier): \(server.requests[sent - 1].body)")
        }
      }
    }
  }

  @Test func `is neutral where the pool does not forward priorities`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await plane.client()
      client.send(RawClient.post(#"{"model":"m","priority":-5}"#) + RawClient.post(chat))
      await client.receive(answer, times: 2)
      #expect(server.requests[0].body == #"{"model":"m","priority":0}"# && server.requests[1].body == chat)
    }
  }
}
