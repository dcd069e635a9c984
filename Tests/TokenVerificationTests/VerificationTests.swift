import JSON
import Scheduling
import Testing

@testable import TokenVerification

@Suite struct `A token is believed` {
  @Test(arguments: TokenIssuer.Algorithm.allCases)
  func `when a key of its issuer has signed it, by every algorithm`(algorithm: TokenIssuer.Algorithm) async throws {
    let key = try await SigningKey.make(algorithm)
    let finding = try await Bench.judge(try key.token(Bench.claims()), SigningKey.set(key.jwk()))
    #expect(finding.verified?.tiers == ["premium"], "\(finding)")
    #expect(finding.verified?.tenant == "https://issuer.example u1")
    // Valid for 600 seconds and the leeway of a minute.
    #expect(finding.verified?.lifetime == .seconds(660))
  }

  @Test func `without a kid, when one of several keys has signed it`() async throws {
    let (one, two, other) = (try await SigningKey.make(.es256), try await SigningKey.make(.es256), try await SigningKey.make(.edDSA))
    let set = SigningKey.set(other.jwk(["kid": "a"]), one.jwk(["kid": "b"]), two.jwk(["kid": nil]))
    let token = try two.sign(header: #"{"alg":"ES256"}"#, payload: Bench.claims().text())
    #expect(try await Bench.judge(token, set).verified != nil)
    // A kid that is given is an order, not a hint.
    let misnamed = try two.sign(header: #"{"alg":"ES256","kid":"b"}"#, payload: Bench.claims().text())
    #expect(try await Bench.judge(misnamed, set).fault == .signature)
  }

  @Test func `by the second source when the first one expects another audience`() async throws {
    let key = try await SigningKey.make(.es256)
    let keys = TokenIssuer.Keys.inline(SigningKey.set(key.jwk()))
    let issuers = [
      TokenIssuer(issuer: Bench.issuer, keys: keys, audiences: ["others"]),
      TokenIssuer(issuer: Bench.issuer, keys: keys, audiences: ["podium"]),
    ]
    try await Bench.run(issuers) { verifier in
      let finding1 = try await verifier.judge(key.token(Bench.claims()), issuers)
      #expect(finding1.verified?.issuer == 1)
      let finding2 = try await verifier.judge(key.token(Bench.claims(["aud": "nobody"])), issuers)
      #expect(finding2.fault == .audience)
      #expect(verifier.statistics.results == ["verified": 1, "token_audience": 1])
    }
  }

  static let readings: [(String, String, [String: String]?, [String])] = [
    (#"{"tier":"gold"}"#, "tier", ["gold": "enterprise"], ["enterprise"]),
    (#"{"tier":"silver"}"#, "tier", ["gold": "enterprise"], []),
    (#"{"tier":"premium"}"#, "tier", nil, ["premium"]),
    (#"{}"#, "plan", nil, []),
    (
      #"{"realm_access":{"roles":["x","vip","std"]}}"#, "realm_access.roles", ["vip": "enterprise", "std": "free"],
      ["enterprise", "free"]
    ),
    (#"{"https://example.com/tier":"premium"}"#, "https://example.com/tier", nil, ["premium"]),
    (#"{"https://example.com/app":{"plan.name":"premium"}}"#, "https://example.com/app.plan.name", nil, ["premium"]),
    (#"{"a.b":{"c":"no"},"a":{"b.c":"no","b":{"c":"no"}},"a.b.c":"yes"}"#, "a.b.c", nil, ["yes"]),
    (#"{"level":3}"#, "level", ["3": "premium"], ["premium"]),
    (#"{"paid":true}"#, "paid", ["true": "premium"], ["premium"]),
    (#"{"scope":"openid llm:vip"}"#, "scope", ["llm:vip": "enterprise"], ["enterprise"]),
    (#"{"tier":{"x":1}}"#, "tier", nil, []),
    (#"{"tier":null}"#, "tier", nil, []),
  ]

  @Test("by its claims as the policy reads them", arguments: readings)
  func readsClaims(claims: String, path: String, table: [String: String]?, tiers: [String]) throws {
    let object = try #require(try JSONValue(parsing: claims).object)
    let check = ClaimCheck(issuer: TokenIssuer(issuer: "i", tierClaim: path, tiers: table), now: 0)
    #expect(check.tiers(object) == tiers)
  }

  @Test func `and its tenant is a claim, its subject being one of its issuer only`() throws {
    let claims: JSONObject = ["sub": "7", "org": "acme"]
    #expect(ClaimCheck(issuer: TokenIssuer(issuer: "i"), now: 0).tenant(claims) == "i 7")
    #expect(ClaimCheck(issuer: TokenIssuer(issuer: "i", tenantClaim: "org"), now: 0).tenant(claims) == "acme")
    #expect(ClaimCheck(issuer: TokenIssuer(issuer: "i", tenantClaim: "none"), now: 0).tenant(claims) == "")
  }
}

@Suite struct `A token is refused` {
  static let claimCases: [(JSONValue, TokenFault?)] = [
    (["iss": "https://other.example"], .issuer), (["iss": .null], .issuer), (["iss": 7], .issuer), (["iss": []], .issuer),
    (["aud": "others"], .audience), (["aud": .null], .audience), (["aud": []], .audience), (["aud": ["a", "b"]], .audience),
    (["aud": ["a", 7]], .malformed), (["aud": ["podium": 1]], .malformed), (["aud": ["a", "podium"]], nil),
    (["exp": .null], .noExpiry), (["exp": 1_799_999_939], .expired), (["exp": 1_799_999_941], nil), (["exp": "never"], .malformed),
    (["exp": 1e300], nil), (["exp": -1e300], .expired), (["exp": 1_800_000_000.5], nil), (["exp": true], .malformed),
    (["nbf": 1_800_000_061], .notYetValid), (["nbf": 1_800_000_059], nil), (["nbf": "soon"], .malformed), (["nbf": .null], nil),
    (["nbf": 1e300], .notYetValid), (["tier": .null], nil), (["iat": 99_999_999_999], nil),
  ]

  @Test("when its claims do not fit", arguments: claimCases)
  func claims(changes: JSONValue, fault: TokenFault?) async throws {
    let key = try await SigningKey.make(.es256)
    let finding = try await Bench.judge(try key.token(Bench.claims(changes)), SigningKey.set(key.jwk())) { $0.audiences = ["podium"] }
    #expect(finding.fault == fault, "\(finding)")
    #expect((finding.verified == nil) == (fault != nil))
  }

  @Test func `when its algorithm is not allowed, though a key could have used it`() async throws {
    let key = try await SigningKey.make(.rs384)
    let finding = try await Bench.judge(try key.token(Bench.claims()), SigningKey.set(key.jwk())) { $0.algorithms = [.rs256, .es256] }
    #expect(finding.fault == .algorithm)
  }

  @Test func `when its key is not listed, or is listed for something else`() async throws {
    let key = try await SigningKey.make(.rs256)
    let token = try key.token(Bench.claims())
    let other = try await SigningKey.make(.es256, kid: "other")
    let sets: [(String, TokenFault)] = [
      (SigningKey.set(other.jwk()), .key),
      (SigningKey.set(other.jwk(), key.jwk(["kid": "another"])), .key),
      (SigningKey.set(other.jwk(), key.jwk(["use": "enc"])), .key),
      (SigningKey.set(other.jwk(), key.jwk(["alg": "RS512"])), .key),
      (SigningKey.set(other.jwk(["kid": "k1"])), .key),
      (SigningKey.set(try await SigningKey.make(.rs256, isStranger: true).jwk()), .signature),
    ]
    for (set, fault) in sets { #expect(try await Bench.judge(token, set).fault == fault, "\(set)") }
  }

  @Test(
    "when a part of it is not what it must be",
    arguments: [
      ("", TokenFault.malformed), ("e", .malformed), ("eyJ", .malformed), (".", .malformed), ("..", .malformed), ("...", .malformed),
      ("HEAD.PAYLOAD", .malformed), ("HEAD.PAYLOAD.", .malformed), (".PAYLOAD.SIGNATURE", .malformed), ("HEAD..SIGNATURE", .malformed),
      ("HEAD=.PAYLOAD.SIGNATURE", .malformed), ("HEAD.PAYLOAD=.SIGNATURE", .malformed), ("HEAD.PAYLOAD.SIGNATURE=", .malformed),
      ("HEAD.PAYLOAD.SIGNATURE==", .malformed), ("HEAD.PAYLOAD.SIGNATURE\n", .malformed), (" HEAD.PAYLOAD.SIGNATURE", .malformed),
      ("HEAD.PAYLOAD.SIGNA+/E", .malformed), ("HEAD.PAYLOAD.A", .malformed), ("HEAD.PAYLOAD.SIGNATURE.", .malformed),
      ("HEAD.PAYLOAD.SIGNATURE.x", .malformed), ("HEAD.a.b.c.d", .encrypted), ("HEAD.PAYLOAD.AAAA", .signature),
      ("HEAD.PAYLOAD.SIGNATUREAAAA", .signature), ("HEAD.PAYLOAD.\u{e9}", .malformed), ("HEAD.PAYLOAD.AB", .malformed),
    ])
  func parts(pattern: String, fault: TokenFault) async throws {
    let key = try await SigningKey.make(.es256)
    let parts = try key.token(Bench.claims()).split(separator: ".").map(String.init)
    var token = pattern
    for (name, part) in zip(["HEAD", "PAYLOAD", "SIGNATURE"], parts) { token = token.replacing(name, with: part) }
    #expect(try await Bench.judge(token, SigningKey.set(key.jwk())).fault == fault)
  }

  @Test(
    "when its header or payload is no proper JSON object",
    arguments: [
      (#"{"alg":"ES256""#, "{}", TokenFault.malformed), ("[]", "{}", .malformed), ("null", "{}", .malformed), ("{}", "{}", .malformed),
      (#"{"alg":7}"#, "{}", .malformed), (#"{"alg":["ES256"]}"#, "{}", .malformed), (#"{"alg":"ES256","kid":7}"#, "{}", .malformed),
      (#"{"alg":"ES256"}"#, "", .malformed), (#"{"alg":"ES256"}"#, "[]", .malformed), (#"{"alg":"ES256"}"#, "{} {}", .malformed),
      (#"{"alg":"ES256","alg":"ES256"}"#, "{}", .malformed), (#"{"alg":"ES256"}"#, #"{"iss":"a","iss":"b"}"#, .malformed),
      (#"{"alg":"ES256"}"#, #"{"x":{"tier":"a","tier":"b"}}"#, .malformed), (#"{"alg":"ES256","crit":["exp"]}"#, "{}", .extensions),
      (#"{"alg":"ES256","crit":[]}"#, "{}", .extensions), (#"{"alg":"ES256","b64":false,"crit":["b64"]}"#, "{}", .extensions),
      (#"{"alg":"ES256","b64":false}"#, "{}", .extensions), (#"{"alg":"ES256","zip":"DEF"}"#, "{}", .extensions),
      (#"{"alg":"ES256","enc":"A128GCM"}"#, "{}", .encrypted), (#"{"alg":"ES256"}"#, #"{"iss":"\#u{1}"}"#, .malformed),
      (#"{"alg":"ES256"}"#, String(repeating: "[", count: 4000), .malformed),
    ])
  func json(header: String, payload: String, fault: TokenFault) async throws {
    let key = try await SigningKey.make(.es256)
    #expect(try await Bench.judge(try key.sign(header: header, payload: payload), SigningKey.set(key.jwk())).fault == fault)
  }

  @Test func `when it is larger than a header line should be`() async throws {
    let key = try await SigningKey.make(.es256)
    let token = try key.token(Bench.claims(["x": .string(String(repeating: "y", count: 8192))]))
    #expect(try await Bench.judge(token, SigningKey.set(key.jwk())).fault == .tooLarge)
  }

  @Test func `when any byte of it is changed, and never crashes anything`() async throws {
    let key = try await SigningKey.make(.edDSA)
    let token = Array(try key.token(Bench.claims()).utf8)
    let issuers = [TokenIssuer(issuer: Bench.issuer, keys: .inline(SigningKey.set(key.jwk())))]
    try await Bench.run(issuers) { verifier in
      for index in token.indices {
        for byte in [token[index] ^ 1, UInt8(ascii: "."), 0, 255] where byte != token[index] {
          var changed = token
          changed[index] = byte
          #expect(await verifier.judge(String(decoding: changed, as: UTF8.self), issuers).verified == nil, "byte \(index) as \(byte)")
        }
        #expect(await verifier.judge(String(decoding: token[..<index], as: UTF8.self), issuers).verified == nil, "cut at \(index)")
      }
    }
  }
}
