import JSON
import Scheduling
import Synchronization
import TestKit
import Testing

@testable import TokenVerification

/// What a key server says, which a test changes.
final class Published: Sendable {
  private let steps: Mutex<[ScriptedServer.Step]>
  init(_ text: String, headers: [String] = []) { steps = Mutex([.answer(200, text, headers: headers)]) }
  func say(_ text: String, headers: [String] = []) { say([.answer(200, text, headers: headers)]) }
  func say(_ new: [ScriptedServer.Step]) { steps.withLock { $0 = new } }
  var now: [ScriptedServer.Step] { steps.withLock { $0 } }
}

@Suite struct `An issuer's keys` {
  private func issuer(_ server: ScriptedServer) -> TokenIssuer { TokenIssuer(issuer: Bench.issuer, keys: .url(server.url + "/keys")) }

  /// Everything fast, so that a test does not wait.
  private var quick: VerificationLimits {
    var limits = VerificationLimits()
    limits.refetchInterval = .zero
    limits.firstPause = .milliseconds(5)
    limits.longestPause = .milliseconds(20)
    limits.shortestFreshness = .milliseconds(10)
    limits.fetchTimeout = .seconds(20)
    return limits
  }

  @Test func `are found by discovery, and fetched once for many tokens at once`() async throws {
    let key = try await SigningKey.make(.es256)
    let set = SigningKey.set(key.jwk())
    let server = try ScriptedServer { request in
      let base = "http://\(request.headers["host"] ?? "")"
      switch request.target {
      case "/realm/.well-known/openid-configuration":
        return [.answer(200, #"{"issuer":"\#(base)/realm","jwks_uri":"\#(base)/jwks"}"#)]
      case "/jwks": return [.wait(milliseconds: 20), .answer(200, set)]
      default: return [.answer(404, "")]
      }
    }
    defer { server.stop() }
    let issuers = [TokenIssuer(issuer: server.url + "/realm")]
    let token = try key.token(Bench.claims(["iss": .string(issuers[0].issuer)]))
    try await Bench.run(issuers, limits: quick) { verifier in
      let believed = await withTaskGroup(of: Bool.self) { tasks in
        for _ in 0..<500 { tasks.addTask { await verifier.judge(token, issuers).verified != nil } }
        return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(believed == 500)
      #expect(server.requests.prefix(2).map(\.target) == ["/realm/.well-known/openid-configuration", "/jwks"])
      #expect(verifier.statistics.issuers.map(\.keys) == [1])
    }
  }

  @Test(
    "are not taken from a discovery document that does not speak for the issuer",
    arguments: [
      #"{"issuer":"https://evil.example","jwks_uri":"BASE/jwks"}"#, #"{"jwks_uri":"BASE/jwks"}"#, #"{"issuer":"BASE"}"#, "[]", "no",
    ])
  func discoveryIsChecked(document: String) async throws {
    let set = SigningKey.set(try await SigningKey.make(.es256).jwk())
    let server = try ScriptedServer { request in
      let text = document.replacing("BASE", with: "http://\(request.headers["host"] ?? "")")
      return [.answer(200, request.target == "/jwks" ? set : text)]
    }
    defer { server.stop() }
    let issuers = [TokenIssuer(issuer: server.url)]
    let token = try await SigningKey.make(.es256).token(Bench.claims(["iss": .string(server.url)]))
    try await Bench.run(issuers, limits: quick) { #expect(await $0.judge(token, issuers).isUnavailable) }
    #expect(!server.requests.contains { $0.target == "/jwks" })
  }

  @Test func `are rotated: a new one is believed at first sight, and what a withdrawn one signed no longer`() async throws {
    let (old, new) = (try await SigningKey.make(.es256, kid: "old"), try await SigningKey.make(.es256, kid: "new"))
    let published = Published(SigningKey.set(old.jwk()), headers: ["cache-control: max-age=86400"])
    let server = try ScriptedServer { _ in published.now }
    defer { server.stop() }
    let issuers = [issuer(server)]
    try await Bench.run(issuers, limits: quick) { verifier in
      let first = try #require(try await verifier.judge(old.token(Bench.claims()), issuers).verified)
      published.say(SigningKey.set(old.jwk(), new.jwk()), headers: ["cache-control: max-age=0"])
      let finding1 = try await verifier.judge(new.token(Bench.claims()), issuers)
      #expect(finding1.verified != nil)
      #expect(!first.key.isWithdrawn)
      published.say(SigningKey.set(new.jwk()))
      await until("the old key is withdrawn") { first.key.isWithdrawn }
      let finding2 = try await verifier.judge(old.token(Bench.claims()), issuers)
      #expect(finding2.fault == .key)
      let finding3 = try await verifier.judge(new.token(Bench.claims()), issuers)
      #expect(finding3.verified != nil)
    }
  }

  @Test func `are asked for once in a while because of unknown ones, however many there are`() async throws {
    let key = try await SigningKey.make(.es256)
    let set = SigningKey.set(key.jwk())
    let server = try ScriptedServer { _ in [.answer(200, set, headers: ["cache-control: max-age=3600"])] }
    defer { server.stop() }
    let issuers = [issuer(server)]
    try await Bench.run(issuers) { verifier in
      for number in 0..<200 {
        let token = try key.sign(header: #"{"alg":"ES256","kid":"x\#(number)"}"#, payload: Bench.claims().text())
        #expect(await verifier.judge(token, issuers).fault == .key)
      }
      // Received just before: none of the two hundred was worth another fetch.
      #expect(server.requests.count == 1)
    }
  }

  @Test(
    "are kept while the issuer is down, slow, or says nonsense",
    arguments: [
      [.close], [.answer(500, "")], [.answer(200, "<html>")], [.answer(200, "{}")], [.answer(200, #"{"keys":[]}"#)],
      [.answer(200, #"{"keys":[{"kty":"oct","k":"AAAA"}]}"#)], [.send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"), .close],
      [.answer(302, "", headers: ["location: http://127.0.0.1:9/"])], [.open, .flood(4 << 20), .close],
      [.send("nonsense\r\n\r\n"), .close],
    ] as [[ScriptedServer.Step]])
  func areKept(misbehaviour: [ScriptedServer.Step]) async throws {
    let key = try await SigningKey.make(.es256)
    let published = Published(SigningKey.set(key.jwk()), headers: ["cache-control: max-age=0"])
    let server = try ScriptedServer { _ in published.now }
    defer { server.stop() }
    let issuers = [issuer(server)]
    try await Bench.run(issuers, limits: quick) { verifier in
      let finding4 = try await verifier.judge(key.token(Bench.claims()), issuers)
      #expect(finding4.verified != nil)
      published.say(misbehaviour)
      await until("fetching fails twice") { verifier.statistics.issuers[0].failures >= 2 }
      let finding5 = try await verifier.judge(key.token(Bench.claims()), issuers)
      #expect(finding5.verified != nil)
      let (before, fetches) = (verifier.statistics.issuers[0], verifier.statistics.issuers[0].fetches)
      #expect(before.keys == 1 && before.age ?? .zero > .zero)
      published.say(SigningKey.set(key.jwk()))
      await until("keys come again") { verifier.statistics.issuers[0].fetches > fetches }
    }
  }

  @Test func `that never came are an excuse, to those only who present a token of that issuer`() async throws {
    let key = try await SigningKey.make(.es256)
    let server = try ScriptedServer { _ in [.close] }
    defer { server.stop() }
    let other = TokenIssuer(issuer: "https://other.example", keys: .inline(SigningKey.set(key.jwk())))
    let issuers = [issuer(server), other]
    try await Bench.run(issuers, limits: quick) { verifier in
      let finding6 = try await verifier.judge(key.token(Bench.claims()), issuers)
      #expect(finding6.isUnavailable)
      let finding = try await verifier.judge(key.token(Bench.claims(["iss": "https://other.example"])), issuers)
      #expect(finding.verified?.issuer == 1)
      let finding7 = try await verifier.judge(key.token(Bench.claims(["iss": "https://third.example"])), issuers)
      #expect(finding7.fault == .issuer)
      // What is wrong anyway is said without them.
      let finding8 = try await verifier.judge(key.token(Bench.claims(["exp": 1])), issuers)
      #expect(finding8.fault == .expired)
    }
  }

  @Test func `that do not come in time hold nobody for longer than the time-out`() async throws {
    let server = try ScriptedServer { _ in [.stall] }
    defer { server.stop() }
    let issuers = [issuer(server)]
    var limits = quick
    limits.fetchTimeout = .milliseconds(100)
    let token = try await SigningKey.make(.es256).token(Bench.claims())
    try await Bench.run(issuers, limits: limits) { #expect(await $0.judge(token, issuers).isUnavailable) }
  }

  @Test func `are fetched by an issuer that the policy brings, and no longer when it goes`() async throws {
    let key = try await SigningKey.make(.es256)
    let set = SigningKey.set(key.jwk())
    let server = try ScriptedServer { _ in [.answer(200, set, headers: ["cache-control: max-age=0"])] }
    defer { server.stop() }
    let issuers = [issuer(server)]
    try await Bench.run([], limits: quick) { verifier in
      verifier.use(issuers)
      await until("keys are fetched again and again") { verifier.statistics.issuers.first?.fetches ?? 0 >= 3 }
      verifier.use([])
      #expect(verifier.statistics.issuers.isEmpty)
      var count = -1
      await until("fetching ends") {
        defer { count = server.requests.count }
        try? await Task.sleep(for: .milliseconds(100))
        return count == server.requests.count
      }
    }
  }

  @Test(
    "are fresh as long as the server says",
    arguments: [
      (["cache-control": "max-age=60"], 60), (["cache-control": "public, max-age=100", "age": "40"], 60),
      (["cache-control": "no-store"], 0),
      (["cache-control": "max-age=-5"], 0), (["cache-control": "max-age=x"], nil), ([:], nil), (["cache-control": "Max-Age=7,no-cache"], 0),
      (["cache-control": "max-age=99999999999999"], 1 << 32), (["cache-control": "max-age=10", "age": "50"], 0),
    ] as [([String: String], Int?)])
  func freshness(headers: [String: String], seconds: Int?) {
    #expect(Freshness.of(.init(headers.map { ($0.key, $0.value) })) == seconds.map { .seconds($0) })
  }
}

/// Polls until a condition holds; fails the test when it does not within a time that is generous for a loaded machine.
func until(
  _ what: String, within limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async -> Bool
) async {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if await condition() { return }
    try? await Task.sleep(for: .milliseconds(2))
  }
  Issue.record("it did not happen in time that \(what)", sourceLocation: sourceLocation)
}
