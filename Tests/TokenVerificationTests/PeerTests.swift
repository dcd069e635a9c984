import Foundation
import JSON
import Scheduling
import TestKit
import Testing

@testable import TokenVerification

/// PyJWT, which we did not write, signs; `hack/setup test` installs it.
@Suite struct `Tokens that PyJWT signs` {
  private static let script = """
    import json, sys, time
    import jwt
    from jwt.algorithms import get_default_algorithms
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    made = []
    families = {
        "RSA": (rsa.generate_private_key(65537, 2048), ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
        "P-256": (ec.generate_private_key(ec.SECP256R1()), ["ES256"]),
        "P-384": (ec.generate_private_key(ec.SECP384R1()), ["ES384"]),
        "P-521": (ec.generate_private_key(ec.SECP521R1()), ["ES512"]),
        "Ed25519": (ed25519.Ed25519PrivateKey.generate(), ["EdDSA"]),
    }
    known = get_default_algorithms()
    for family, (key, names) in families.items():
        for name in names:
            jwk = json.loads(known[name].to_jwk(key.public_key()))
            jwk.update(kid=family)
            claims = json.loads(sys.argv[1])
            made.append({"alg": name, "jwk": jwk, "token": jwt.encode(claims, key, algorithm=name, headers={"kid": family})})
    print(json.dumps(made))
    """

  private static var python: String? {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["PODIUM_CACHE"] ?? "\(environment["HOME"] ?? "")/.cache/podium"
    let path = "\(cache)/pyjwt/bin/python"
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }

  @Test(.enabled(if: python != nil, "PyJWT is not installed: hack/setup test"))
  func `are believed, by every algorithm, and by no other key`() async throws {
    let python = try #require(Self.python)
    let made = try await Command.run(python, ["-c", Self.script, Bench.claims(["exp": 1_800_000_600, "nbf": 1_799_999_990]).text()])
    let all = try #require(try JSONValue(parsing: made.output).array, "\(made.errors)")
    #expect(Set(all.compactMap { $0["alg"]?.string }) == Set(TokenIssuer.Algorithm.allCases.map(\.rawValue)))
    for one in all {
      let (name, token) = (one["alg"]?.string ?? "", one["token"]?.string ?? "")
      #expect(try await Bench.judge(token, SigningKey.set(try #require(one["jwk"]))).verified?.tiers == ["premium"], "\(name)")
      let stranger = try await SigningKey.make(try #require(TokenIssuer.Algorithm(rawValue: name)), isStranger: true)
      let kid = one[["jwk", "kid"]]?.string
      #expect(try await Bench.judge(token, SigningKey.set(stranger.jwk(["kid": kid]))).fault == .signature, "\(name)")
    }
  }
}
