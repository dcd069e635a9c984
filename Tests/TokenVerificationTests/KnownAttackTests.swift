import Foundation
import JSON
import Scheduling
import TestKit
import Testing

@testable import TokenVerification

/// What other libraries once believed. The numbers are those of the Common Vulnerabilities and Exposures list.
@Suite struct `Known attacks on libraries for tokens fail` {
  struct Attack: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var fault: TokenFault
    var token: @Sendable (SigningKey) async throws -> String
  }

  private static func unsigned(_ algorithm: String, signature: String = "") -> String {
    base64URL(Array(#"{"alg":"\#(algorithm)","typ":"JWT"}"#.utf8)) + "." + base64URL(Bench.claims().bytes()) + "." + signature
  }

  private static func hmac(_ secret: String, header: String) async throws -> String {
    let input = base64URL(Array(header.utf8)) + "." + base64URL(Bench.claims().bytes())
    let hexadecimal = secret.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    let made = try await Command.run("openssl", ["dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:\(hexadecimal)"], input: input)
    let digits = Array((made.output.split(separator: " ").last ?? "").utf8.filter { $0 > 0x20 })
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
    }
    #expect(bytes.count == 32)
    return input + "." + base64URL(bytes)
  }

  static let attacks: [Attack] = [
    Attack(testDescription: "CVE-2022-23540, CVE-2018-1000531: alg none", fault: .algorithm) { _ in unsigned("none") },
    Attack(testDescription: "alg none in other cases", fault: .algorithm) { _ in unsigned("nOnE") },
    Attack(testDescription: "alg none with a signature", fault: .algorithm) { _ in unsigned("None", signature: "AAAA") },
    Attack(testDescription: "an empty algorithm", fault: .algorithm) { _ in unsigned("", signature: "AAAA") },
    Attack(testDescription: "an algorithm's name with a blank", fault: .algorithm) { _ in unsigned("RS256 ", signature: "AAAA") },
    Attack(
      testDescription: "CVE-2015-9235, CVE-2016-10555, CVE-2016-5431, CVE-2017-11424: HS256 with the RSA public key as the secret",
      fault: .algorithm
    ) { key in
      try await hmac(key.publicPEM, header: #"{"alg":"HS256","typ":"JWT","kid":"k1"}"#)
    },
    Attack(testDescription: "CVE-2024-54150: HMAC under the name of RS256", fault: .signature) { key in
      try await hmac(key.publicPEM, header: #"{"alg":"RS256","typ":"JWT","kid":"k1"}"#)
    },
    Attack(testDescription: "CVE-2020-28042: the signature left out", fault: .malformed) { _ in unsigned("RS256") },
    Attack(testDescription: "CVE-2022-21449: a signature of zeros (ECDSA)", fault: .key) { _ in
      unsigned("ES256", signature: base64URL([UInt8](repeating: 0, count: 64)))
    },
    Attack(testDescription: "a signature of zeros (RSA)", fault: .signature) { _ in
      unsigned("RS256", signature: base64URL([UInt8](repeating: 0, count: 256)))
    },
    Attack(testDescription: "CVE-2018-0114: a key in the header (jwk)", fault: .signature) { key in
      let stranger = try await SigningKey.make(.rs256, isStranger: true)
      return try stranger.token(Bench.claims(), header: ["jwk": stranger.jwk()])
    },
    Attack(testDescription: "a key's address in the header (jku, x5u)", fault: .signature) { _ in
      let stranger = try await SigningKey.make(.rs256, isStranger: true)
      return try stranger.token(Bench.claims(), header: ["jku": "http://127.0.0.1:9/keys", "x5u": "http://127.0.0.1:9/x", "x5c": ["AAAA"]])
    },
    Attack(testDescription: "a kid that is a path or a query", fault: .key) { key in
      try key.sign(header: #"{"alg":"RS256","kid":"../../../../dev/null' OR 1=1 --"}"#, payload: Bench.claims().text())
    },
    Attack(testDescription: "CVE-2025-59420: an extension that nobody understands is critical", fault: .extensions) { key in
      try key.token(Bench.claims(), header: ["crit": ["bork"], "bork": true])
    },
    Attack(testDescription: "CVE-2022-29217, CVE-2024-33663: HMAC of another length with a public key", fault: .algorithm) { key in
      try await hmac(key.publicPEM, header: #"{"alg":"HS512","kid":"k1"}"#)
    },
    Attack(testDescription: "CVE-2024-53861: a part of the issuer's name", fault: .issuer) { key in
      try key.token(Bench.claims(["iss": "https://issuer.exampl"]))
    },
    Attack(testDescription: "CVE-2025-30144: a list of issuers", fault: .issuer) { key in
      try key.token(Bench.claims(["iss": ["https://issuer.example", "https://evil.example"]]))
    },
    Attack(testDescription: "CVE-2024-51744: expired, and signed wrongly as well", fault: .expired) { _ in
      try await SigningKey.make(.rs256, isStranger: true).token(Bench.claims(["exp": 1]))
    },
    Attack(testDescription: "CVE-2024-33664: compressed content that grows", fault: .encrypted) { _ in
      base64URL(Array(#"{"alg":"RSA-OAEP","enc":"A128GCM","zip":"DEF"}"#.utf8)) + ".AAAA.AAAA.AAAA.AAAA"
    },
    Attack(testDescription: "CVE-2025-30204: a hundred thousand dots", fault: .tooLarge) { _ in
      "ey" + String(repeating: ".", count: 100_000)
    },
    Attack(testDescription: "CVE-2022-39227: JSON serialisation in place of the compact one", fault: .malformed) { key in
      let parts = try key.token(Bench.claims()).split(separator: ".")
      return #"{"protected":"\#(parts[0])","payload":"\#(parts[1])","signature":"\#(parts[2])"}"#
    },
  ]

  @Test(arguments: attacks)
  func isRefused(attack: Attack) async throws {
    let key = try await SigningKey.make(.rs256)
    let finding = try await Bench.judge(try await attack.token(key), SigningKey.set(key.jwk()))
    #expect(finding.fault == attack.fault, "\(finding)")
  }

  @Test func `and a signature of zeros is refused by a key on a curve`() async throws {
    for algorithm in [TokenIssuer.Algorithm.es256, .es384, .es512, .edDSA] {
      let key = try await SigningKey.make(algorithm)
      let parts = try key.token(Bench.claims()).split(separator: ".")
      let count = Int(Double(parts[2].utf8.count) * 0.75)
      let token = parts[0] + "." + parts[1] + "." + base64URL([UInt8](repeating: 0, count: count))
      #expect(try await Bench.judge(String(token), SigningKey.set(key.jwk())).fault == .signature)
    }
  }

  @Test func `and a set that holds a secret or a private key is not used for them`() async throws {
    let key = try await SigningKey.make(.es256)
    let secret: JSONValue = ["kty": "oct", "kid": "k1", "alg": "HS256", "k": "c2VjcmV0"]
    let set = SigningKey.set(secret, key.jwk(["d": "AAAA"]))
    // The private part is not even read: the public one serves.
    #expect(try await Bench.judge(try key.token(Bench.claims()), set).verified != nil)
    #expect(try await Bench.judge(try await Self.hmac("secret", header: #"{"alg":"HS256","kid":"k1"}"#), set).fault == .algorithm)
  }
}
