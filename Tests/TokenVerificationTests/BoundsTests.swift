import JSON
import Scheduling
import Synchronization
import TestKit
import Testing

@testable import TokenVerification

@Suite struct `The verifier keeps its bounds` {
  @Test func `answering busy beyond what may wait, and every question once`() async throws {
    let key = try await SigningKey.make(.es256)
    // Nobody gets an answer before the keys come.
    let gate = Published("")
    gate.say([.stall])
    let server = try ScriptedServer { _ in gate.now }
    defer { server.stop() }
    let issuers = [TokenIssuer(issuer: Bench.issuer, keys: .url(server.url))]
    var limits = VerificationLimits()
    limits.pending = 10
    limits.fetchTimeout = .seconds(2)
    let token = Array(try key.token(Bench.claims()).utf8)
    try await Bench.run(issuers, limits: limits) { verifier in
      let answers = Mutex((busy: 0, others: 0))
      for _ in 0..<25 {
        verifier.verify(token, by: issuers) { finding in
          answers.withLock { if case .busy = finding { $0.busy += 1 } else { $0.others += 1 } }
        }
      }
      #expect(answers.withLock { $0.busy } == 15)
      await until("the others are answered") { answers.withLock { $0.others } == 10 }
      #expect(verifier.statistics.results == ["busy": 15, "keys_unavailable": 10])
    }
  }

  @Test func `letting a bounded number check signatures at a time`() async {
    let permits = Permits(3)
    let load = Load()
    let done = await withTaskGroup(of: Int.self) { tasks in
      for _ in 0..<200 {
        tasks.addTask {
          await permits.with {
            load.begin()
            for index in 0..<50 { _ = SHA256Digest("\(index & 1)") }
            load.end()
            return 1
          }
        }
      }
      return await tasks.reduce(0, +)
    }
    #expect(done == 200 && load.highest <= 3)
  }

  @Test func `and says what is wrong with a configuration`() throws {
    func problem(_ issuer: TokenIssuer) -> String? { IssuerCheck.problem(with: issuer).map { "\($0.field): \($0.reason)" } }
    #expect(problem(TokenIssuer(issuer: "https://a")) == nil)
    #expect(problem(TokenIssuer(issuer: "me"))?.hasPrefix("issuer: 'me' is no address") == true)
    #expect(problem(TokenIssuer(issuer: "me", keys: .url("https://a/keys"))) == nil)
    for url in ["ftp://a", "https://", "https:///a", "http://a b", "https://a\n"] {
      #expect(problem(TokenIssuer(issuer: "me", keys: .url(url)))?.hasPrefix("jwksURL:") == true, "\(url)")
    }
    let sets = [
      "": "is no JSON", "[]": "is no JWK Set", #"{"keys":[]}"#: "has no key",
      #"{"keys":[{"kty":"oct","k":"AA"}]}"#: "its key 0 is of type oct",
      #"{"keys":[{"kty":"RSA","n":"AA"}]}"#: "its key 0 has no e", #"{"keys":[{"kty":"EC","crv":"secp256k1","x":"","y":""}]}"#: "its key 0",
      #"{"keys":[{"kty":"EC","crv":"P-256","x":"","y":"","alg":"RS256"}]}"#: "its key 0 is for the algorithm RS256",
      #"{"keys":[7]}"#: "its key 0 has no kty", #"{"keys":[],"keys":[]}"#: "is no JSON",
    ]
    for (set, reason) in sets {
      #expect(problem(TokenIssuer(issuer: "me", keys: .inline(set)))?.hasPrefix("jwks: \(reason)") == true, "\(set)")
    }
    #expect(problem(TokenIssuer(issuer: "https://a", authority: .file("/none.pem")))?.hasPrefix("caFile:") == true)
    #expect(problem(TokenIssuer(issuer: "https://a", authority: .pem("none")))?.hasPrefix("caBundle:") == true)
  }
}

private final class Load: Sendable {
  private let state = Mutex((now: 0, highest: 0))

  func begin() {
    state.withLock {
      $0.now += 1
      $0.highest = max($0.highest, $0.now)
    }
  }
  func end() { state.withLock { $0.now -= 1 } }
  var highest: Int { state.withLock { $0.highest } }
}
