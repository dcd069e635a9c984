import Scheduling
import Synchronization
import Testing

@testable import DataPlane

/// A verifier that knows what each token is worth, and answers when a test says so.
final class StubVerifier: TokenVerifying {
  final class Key: TokenKey {
    let withdrawn = Mutex(false)
    var isWithdrawn: Bool { withdrawn.withLock { $0 } }
  }

  private struct State {
    var findings: [String: TokenFinding] = [:]
    var asked: [String] = []
    var held: [@Sendable () -> Void] = []
    var holds = false
    var issuers: [TokenIssuer] = []
  }
  private let state = Mutex(State())
  let key = Key()

  func knows(_ token: String, _ finding: TokenFinding) { state.withLock { $0.findings[token] = finding } }
  func knows(
    _ token: String, tiers: [String], tenant: String = "", issuer: Int = 0, lifetime: Duration = .seconds(600)
  ) {
    knows(token, .verified(VerifiedToken(issuer: issuer, tiers: tiers, tenant: tenant, lifetime: lifetime, key: key)))
  }

  /// From now on answers wait for ``release()``.
  func hold() { state.withLock { $0.holds = true } }
  func release() {
    let held = state.withLock { state in
      state.holds = false
      defer { state.held = [] }
      return state.held
    }
    for answer in held { answer() }
  }

  var asked: [String] { state.withLock { $0.asked } }
  var issuers: [TokenIssuer] { state.withLock { $0.issuers } }

  func problem(with issuer: TokenIssuer) -> (field: String, reason: String)? {
    issuer.issuer == "wrong" ? ("issuer", "is wrong: write another") : nil
  }
  func use(_ issuers: [TokenIssuer]) { state.withLock { $0.issuers = issuers } }

  func verify(_ token: [UInt8], by issuers: [TokenIssuer], completion: @escaping @Sendable (TokenFinding) -> Void) {
    let text = String(decoding: token, as: UTF8.self)
    let finding = state.withLock { state -> TokenFinding? in
      state.asked.append(text)
      let finding = state.findings[text] ?? .rejected(.signature, issuer: 0)
      guard state.holds else { return finding }
      state.held.append { completion(finding) }
      return nil
    }
    if let finding { completion(finding) }
  }

  var statistics: TokenStatistics { TokenStatistics(results: ["verified": 7], issuers: []) }
}

/// Long enough for the hash of its end, and of the form that is looked for.
private func token(_ name: String) -> String { "eyJhbGciOiJFUzI1NiJ9.\(name).c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU" }
private func bearer(_ token: String) -> String { "authorization: Bearer \(token)\r\n" }
private let issuer = TokenIssuer(issuer: "https://a.example")

@Suite struct `A caller with a token` {
  private func run(
    _ sources: [Classification.Source] = [.jwt(issuer)], loops: Int = 2,
    _ body: (TestPlane, StubVerifier, FakeModelServer) async throws -> Void
  ) async throws {
    let verifier = StubVerifier()
    try await TestPlane.run(loops: loops, verifier: verifier) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.server.apply(TestPlane.policy(sources: sources, pools: [TestPlane.pool("m", [server])]))
      try await body(plane, verifier, server)
    }
  }

  @Test func `has the tier of its claim; the token is verified once, and stays here`() async throws {
    try await run(loops: 1) { plane, verifier, server in
      verifier.knows(token("p"), tiers: ["premium"])
      let client = try await plane.client()
      for count in 1...3 {
        client.send(RawClient.post(chat, headers: bearer(token("p")) + "x-customer-tier: enterprise\r\n"))
        await client.receive("x-podium-tier: premium\r\n", times: count)
        await client.receive("total_tokens", times: count)
      }
      #expect(verifier.asked == [token("p")])
      #expect(server.requests.allSatisfy { !$0.head.lowercased().contains("authorization") && !$0.head.contains("x-customer-tier") })
      let page = await metrics(plane)
      #expect(page.contains(#"qos_tokens_presented_total{namespace="default",cache="hit"} 2"#), "\(page)")
      #expect(page.contains(#"qos_token_verifications_total{namespace="default",result="verified"} 7"#), "\(page)")
    }
  }

  @Test func `keeps it for the model servers where the policy says so`() async throws {
    var forwarding = issuer
    forwarding.forwards = true
    try await run([.jwt(forwarding)]) { plane, verifier, server in
      verifier.knows(token("p"), tiers: ["premium"])
      let client = try await plane.client()
      client.send(RawClient.post(chat, headers: bearer(token("p"))))
      await client.receive("x-podium-tier: premium\r\n")
      #expect(server.requests.first?.head.contains(token("p")) == true)
    }
  }

  @Test func `has the highest of its tiers, and the default one when none of them exists`() async throws {
    try await run { plane, verifier, _ in
      verifier.knows(token("many"), tiers: ["free", "none", "enterprise", "premium"])
      verifier.knows(token("none"), tiers: ["platinum"])
      let client = try await plane.client()
      client.send(RawClient.post(chat, headers: bearer(token("many"))))
      await client.receive("x-podium-tier: enterprise\r\n")
      client.send(RawClient.post(chat, headers: bearer(token("none"))))
      await client.receive("x-podium-tier: free\r\n")
      #expect(await metrics(plane).contains(#"qos_tokens_without_tier_total{namespace="default"} 1"#))
    }
  }

  @Test(
    "that is not believed is told why",
    arguments: zip(
      TokenFault.allCases,
      [
        "token is malformed", "token is too large", "token is encrypted", "algorithm is not allowed", "unknown extension",
        "issuer is not known", "audience is wrong", "has expired", "not valid yet", "has no expiry", "key is not known",
        "signature is wrong",
      ]))
  func isToldWhy(fault: TokenFault, reason: String) async throws {
    try await run { plane, verifier, server in
      verifier.knows(token("x"), .rejected(fault, issuer: 0))
      let client = try await plane.client()
      for count in 1...2 {
        client.send(RawClient.post(chat, headers: bearer(token("x"))))
        await client.receive(#","param":null}}"#, times: count)
      }
      let text = client.text
      #expect(text.hasPrefix("HTTP/1.1 401 Unauthorized\r\n") && text.contains(#""code":"\#(fault.rawValue)""#), "\(text)")
      let header = text.split(separator: "\r\n").first {
        $0.hasPrefix("www-authenticate: Bearer realm=\"podium\", error=\"invalid_token\"")
      }
      #expect(header?.contains(reason) == true, "\(text)")
      #expect(server.requests.isEmpty && verifier.asked.count == 1)
    }
  }

  @Test func `is told to come again when nobody can verify it, and only then`() async throws {
    try await run { plane, verifier, _ in
      verifier.knows(token("x"), .keysUnavailable(retryAfter: .milliseconds(2500), issuer: 0))
      verifier.knows(token("y"), .busy)
      let client = try await plane.client()
      client.send(RawClient.post(chat, headers: bearer(token("x"))))
      await client.receive("token_keys_unavailable")
      #expect(client.text.contains("503 Service Unavailable") && client.text.contains("retry-after: 3\r\n"))
      client.send(RawClient.post(chat, headers: bearer(token("y"))))
      await client.receive("token_verification_busy")
      client.send(RawClient.post(chat))
      await client.receive("x-podium-tier: free\r\n")
      // It is not remembered: as soon as the keys are there, the token is believed.
      verifier.knows(token("x"), tiers: ["premium"])
      client.send(RawClient.post(chat, headers: bearer(token("x"))))
      await client.receive("x-podium-tier: premium\r\n")
    }
  }

  @Test(
    "that is no JSON Web Token, or without one, is of the default tier",
    arguments: [
      "", "authorization: Bearer opaque\r\n", "authorization: Bearer eyJopaque-without-parts\r\n", "authorization: Basic ZXlKLmEuYg==\r\n",
      "authorization: Bearer\r\n", "authorization: Bearer \r\n", "authorization: eyJhbGciOiJFUzI1NiJ9.a.b\r\n", "authorization:\r\n",
      "authorization: Bearer a.b.c.which-is-longer\r\n",
    ])
  func isDefault(header: String) async throws {
    try await run { plane, verifier, server in
      let client = try await plane.client()
      client.send(RawClient.post(chat, headers: header))
      await client.receive("x-podium-tier: free\r\n")
      #expect(verifier.asked.isEmpty)
    }
  }

  @Test func `may not send two`() async throws {
    try await run { plane, verifier, _ in
      verifier.knows(token("p"), tiers: ["premium"])
      let client = try await plane.client()
      client.send(RawClient.post(chat, headers: bearer(token("p")) + bearer("other")))
      await client.receive(#""code":"repeated_authorization""#)
      #expect(client.text.hasPrefix("HTTP/1.1 400 "))
    }
  }

  @Test func `is known by the first source that knows it: keys, tokens and headers in the policy's order`() async throws {
    let asKey = token("key")
    let keys = Classification.Source.apiKeys([SHA256Digest(asKey).hexadecimal: Identity(tier: "enterprise")])
    let header = Classification.Source.trustedHeader(name: "x-plan")
    func tier(_ sources: [Classification.Source], _ headers: String, isBelieved: Bool) async throws -> String {
      var seen = ""
      try await run(sources) { plane, verifier, _ in
        if isBelieved { verifier.knows(asKey, tiers: ["premium"]) }
        let client = try await plane.client()
        for count in 1...2 {
          client.send(RawClient.post(chat, headers: headers))
          await client.receive("}", times: count)
        }
        let lines = client.text.split(separator: "\r\n").filter { $0.hasPrefix("x-podium-tier: ") || $0.contains(" 401 ") }
        #expect(Set(lines).count == 1, "the second request is classified as the first")
        seen = lines.first.map { String($0.split(separator: " ")[1]) } ?? "nothing"
      }
      return seen
    }
    let both = bearer(asKey) + "x-plan: free\r\n"
    #expect(try await tier([keys, .jwt(issuer), header], both, isBelieved: true) == "enterprise")
    #expect(try await tier([.jwt(issuer), keys, header], both, isBelieved: true) == "premium")
    #expect(try await tier([header, .jwt(issuer), keys], both, isBelieved: true) == "free")
    // A token that is not believed: another source may still know the caller; else nobody does.
    #expect(try await tier([.jwt(issuer), keys], both, isBelieved: false) == "enterprise")
    #expect(try await tier([.jwt(issuer), header], both, isBelieved: false) == "free")
    #expect(try await tier([.jwt(issuer), header], bearer(asKey), isBelieved: false) == "401")
  }

  private func metrics(_ plane: TestPlane) async -> String {
    guard let client = try? await plane.client() else { return "" }
    client.send("GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    await until("the page is complete") { client.isClosed }
    return client.text
  }
}
