import Scheduling
import Synchronization
import Testing

@testable import DataPlane

private func token(_ name: String) -> String { "eyJhbGciOiJFUzI1NiJ9.\(name).c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU" }
private func post(_ name: String) -> String { RawClient.post(chat, headers: "authorization: Bearer \(token(name))\r\n") }
private let issuer = TokenIssuer(issuer: "https://a.example")

@Suite struct `A token at first sight` {
  @Test func `is verified once for a thousand who present it at the same time`() async throws {
    let verifier = StubVerifier()
    verifier.knows(token("p"), tiers: ["premium"])
    try await TestPlane.run(verifier: verifier) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.server.apply(TestPlane.policy(sources: [.jwt(issuer)], pools: [TestPlane.pool("m", [server])]))
      verifier.hold()
      var clients: [RawClient] = []
      for _ in 0..<1000 { clients.append(try await plane.client()) }
      for client in clients { client.send(post("p")) }
      await until("all of them wait") { (try? await plane.server.statistics().busyConnections) == 1000 }
      #expect(verifier.asked.count == 1 && server.requests.isEmpty)
      verifier.release()
      // Served, or told by the scheduler that the queue of their tier is long: each of them is known.
      await until("all of them are answered") { clients.allSatisfy { $0.text.contains("premium") } }
      #expect(verifier.asked.count == 1)
      for client in clients { client.close() }
    }
  }

  @Test func `holds what its client sends after it, and answers in order`() async throws {
    let verifier = StubVerifier()
    verifier.knows(token("p"), tiers: ["premium"])
    verifier.knows(token("e"), tiers: ["enterprise"])
    try await TestPlane.run(verifier: verifier) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.server.apply(TestPlane.policy(sources: [.jwt(issuer)], pools: [TestPlane.pool("m", [server])]))
      verifier.hold()
      let client = try await plane.client()
      client.send(post("p") + post("e") + RawClient.post(chat) + "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
      await until("the first is asked about") { verifier.asked == [token("p")] }
      // Others on the same loop use the scanner meanwhile.
      let other = try await plane.client()
      other.send(RawClient.post(chat, headers: "x-some-header: value\r\n"))
      await other.receive("x-podium-tier: free\r\n")
      verifier.release()
      await client.receive("\r\n\r\nok\n")
      let tiers = client.text.split(separator: "\r\n").filter { $0.hasPrefix("x-podium-tier: ") }
      #expect(tiers == ["x-podium-tier: premium", "x-podium-tier: enterprise", "x-podium-tier: free"])
      #expect(server.requests.allSatisfy { $0.body == chat })
    }
  }

  @Test func `with a body in chunks is forwarded whole`() async throws {
    let verifier = StubVerifier()
    verifier.knows(token("p"), tiers: ["premium"])
    try await TestPlane.run(verifier: verifier) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.server.apply(TestPlane.policy(sources: [.jwt(issuer)], pools: [TestPlane.pool("m", [server])]))
      verifier.hold()
      let client = try await plane.client()
      let size = String(chat.utf8.count, radix: 16)
      client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(token("p"))\r\ntransfer-encoding: chunked\r\n\r\n"
          + "\(size)\r\n\(chat)\r\n0\r\n\r\n")
      await until("it is asked about") { verifier.asked.count == 1 }
      verifier.release()
      await client.receive("x-podium-tier: premium\r\n")
      #expect(server.requests.map(\.body) == [chat])
    }
  }

  @Test func `is forgotten when its client goes`() async throws {
    let verifier = StubVerifier()
    verifier.knows(token("p"), tiers: ["premium"])
    try await TestPlane.run(loops: 1, verifier: verifier) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.server.apply(TestPlane.policy(sources: [.jwt(issuer)], pools: [TestPlane.pool("m", [server])]))
      verifier.hold()
      let client = try await plane.client()
      client.send(post("p"))
      await until("it is asked about") { verifier.asked.count == 1 }
      client.close()
      await until("nobody is there") { (try? await plane.server.statistics().clientConnections) == 0 }
      // Somebody else takes the place in the table of connections.
      let other = try await plane.client()
      other.send(RawClient.post(chat))
      await other.receive("x-podium-tier: free\r\n")
      verifier.release()
      other.send(post("p"))
      await other.receive("x-podium-tier: premium\r\n")
      #expect(server.requests.count == 2 && verifier.asked.count == 1)
      #expect(try await plane.server.statistics().busyConnections == 0)
    }
  }

  @Test func `is looked at again after it expires, its key is withdrawn, or the policy changes`() async throws {
    let verifier = StubVerifier()
    verifier.knows(token("p"), tiers: ["premium"])
    verifier.knows(token("short"), tiers: ["premium"], lifetime: .milliseconds(50))
    try await TestPlane.run(loops: 1, verifier: verifier) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      let pools = [TestPlane.pool("m", [server])]
      try plane.server.apply(TestPlane.policy(sources: [.jwt(issuer)], pools: pools))
      let client = try await plane.client()
      var answers = 0
      func ask(_ name: String, _ expected: String) async {
        answers += 1
        client.send(post(name))
        await client.receive("HTTP/1.1 ", times: answers)
        await client.receive("}", times: 1)
        await until("\(expected) is the answer to request \(answers)") {
          client.text.components(of: "HTTP/1.1 ").last?.contains(expected) == true && client.text.hasSuffix("}")
        }
      }
      await ask("short", "x-podium-tier: premium")
      verifier.knows(token("short"), .rejected(.expired, issuer: 0))
      try await Task.sleep(for: .milliseconds(60))
      await ask("short", "token_expired")

      await ask("p", "x-podium-tier: premium")
      await ask("p", "x-podium-tier: premium")
      #expect(verifier.asked.filter { $0 == token("p") }.count == 1)
      verifier.key.withdrawn.withLock { $0 = true }
      verifier.knows(token("p"), .rejected(.key, issuer: 0))
      await ask("p", "token_key")

      // Another list of servers changes nothing about tokens; another issuer does.
      let asked = verifier.asked.count
      try plane.server.apply(TestPlane.policy(revision: "2", sources: [.jwt(issuer)], pools: pools))
      await ask("p", "token_key")
      #expect(verifier.asked.count == asked)
      verifier.key.withdrawn.withLock { $0 = false }
      verifier.knows(token("p"), tiers: ["enterprise"])
      let other = TokenIssuer(issuer: "https://b.example")
      try plane.server.apply(TestPlane.policy(revision: "3", sources: [.jwt(other)], pools: pools))
      await ask("p", "x-podium-tier: enterprise")
      #expect(verifier.issuers == [other])
    }
  }

  @Test func `is judged by the policy that is in force when it is admitted`() async throws {
    let verifier = StubVerifier()
    verifier.knows(token("p"), tiers: ["premium"])
    try await TestPlane.run(loops: 1, verifier: verifier) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      let pools = [TestPlane.pool("m", [server])]
      try plane.server.apply(TestPlane.policy(sources: [.jwt(issuer)], pools: pools))
      verifier.hold()
      let client = try await plane.client()
      client.send(post("p"))
      await until("it is asked about") { verifier.asked.count == 1 }
      try plane.server.apply(TestPlane.policy(revision: "2", sources: [.jwt(TokenIssuer(issuer: "https://b.example"))], pools: pools))
      verifier.release()
      await client.receive("x-podium-tier: premium\r\n")
      #expect(verifier.asked.count == 2)
    }
  }

  @Test func `cannot be asked for where nobody verifies, or by a wrong configuration`() async throws {
    func problem(_ source: TokenIssuer, verifier: StubVerifier? = StubVerifier()) async throws -> String {
      var message = ""
      try await TestPlane.run(loops: 1, verifier: verifier) { plane in
        let server = try await plane.modelServer()
        do {
          try plane.server.apply(TestPlane.policy(sources: [.jwt(source)], pools: [TestPlane.pool("m", [server])]))
        } catch {
          message = "\(error)"
        }
      }
      return message
    }
    let path = "classification.sources[0].jwt"
    #expect(try await problem(issuer, verifier: nil) == "\(path): this data plane was started without a verifier of tokens")
    #expect(try await problem(TokenIssuer(issuer: "wrong")) == "\(path).issuer: is wrong: write another")
    #expect(try await problem(TokenIssuer(issuer: "")).hasPrefix("\(path).issuer: is empty"))
    #expect(
      try await problem(TokenIssuer(issuer: "a", algorithms: [])).hasPrefix("\(path).algorithms: is empty: write at least one of RS256"))
    #expect(try await problem(TokenIssuer(issuer: "a", tierClaim: "")).hasPrefix("\(path).claim: is empty"))
    #expect(try await problem(TokenIssuer(issuer: "a", leeway: .seconds(3601))).hasPrefix("\(path).leewaySeconds: is 3601"))
    #expect(
      try await problem(TokenIssuer(issuer: "a", tiers: ["gold": "platinum"]))
        == "\(path).tiers.gold: 'platinum' is no tier: write one of enterprise, free, premium")
  }
}

extension String {
  fileprivate func components(of separator: String) -> [Substring] { split(separator: separator) }
}
