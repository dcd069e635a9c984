import Foundation
import JSON
import JWTKit
import Scheduling
import TestKit

/// A private key that signs whatever a test makes up, and the JWK of its public half.
struct SigningKey: Sendable {
  let algorithm: TokenIssuer.Algorithm
  let kid: String
  private let signer: any JWTAlgorithm
  private let members: [String: String]
  /// In PEM form, for those who would misuse it as a secret; RSA only.
  let publicPEM: String

  /// Making RSA keys is slow: one pair for all tests, and a second one that is nobody's.
  private static let rsa = RSAPair()
  private static let otherRSA = RSAPair()

  private final class RSAPair: Sendable {
    let key = Task {
      let made = try await Command.run("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
      return try Insecure.RSA.PrivateKey(pem: made.output)
    }
  }

  static func make(_ algorithm: TokenIssuer.Algorithm, kid: String = "k1", isStranger: Bool = false) async throws -> SigningKey {
    let keys = JWTKeyCollection()
    let identifier = JWKIdentifier(string: "any")
    var members: [String: String] = [:]
    var pem = ""
    switch algorithm {
    case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
      let key = try await (isStranger ? otherRSA : rsa).key.value
      let digest: DigestAlgorithm = algorithm.rawValue.hasSuffix("256") ? .sha256 : algorithm.rawValue.hasSuffix("384") ? .sha384 : .sha512
      if algorithm.rawValue.hasPrefix("RS") {
        await keys.add(rsa: key, digestAlgorithm: digest, kid: identifier)
      } else {
        await keys.add(pss: key, digestAlgorithm: digest, kid: identifier)
      }
      let primitives = try key.publicKey.getKeyPrimitives()
      members = ["kty": "RSA", "n": base64URL(Array(primitives.modulus)), "e": base64URL(Array(primitives.publicExponent))]
      pem = key.publicKey.pemRepresentation
    case .es256:
      let key = ES256PrivateKey()
      await keys.add(ecdsa: key, kid: identifier)
      members = curve("P-256", key.publicKey.parameters)
    case .es384:
      let key = ES384PrivateKey()
      await keys.add(ecdsa: key, kid: identifier)
      members = curve("P-384", key.publicKey.parameters)
    case .es512:
      let key = ES512PrivateKey()
      await keys.add(ecdsa: key, kid: identifier)
      members = curve("P-521", key.publicKey.parameters)
    case .edDSA:
      let key = try EdDSA.PrivateKey()
      await keys.add(eddsa: key, kid: identifier)
      members = ["kty": "OKP", "crv": "Ed25519", "x": base64URL(Array(key.publicKey.rawRepresentation))]
    }
    return SigningKey(algorithm: algorithm, kid: kid, signer: try await keys.getKey(for: identifier), members: members, publicPEM: pem)
  }

  private static func curve(_ name: String, _ parameters: ECDSAParameters?) -> [String: String] {
    func url(_ text: String?) -> String {
      (text ?? "").map { $0 == "+" ? "-" : $0 == "/" ? "_" : String($0) }.joined().filter { $0 != "=" }
    }
    return ["kty": "EC", "crv": name, "x": url(parameters?.x), "y": url(parameters?.y)]
  }

  /// - Parameter more: Members that are added; `kid` can be replaced, and removed by `nil`.
  func jwk(_ more: [String: String?] = [:]) -> JSONValue {
    var all = members
    all["kid"] = kid
    for (name, value) in more { all[name] = value }
    return JSONValue(all)
  }

  static func set(_ keys: JSONValue...) -> String { JSONValue.object(["keys": .array(keys)]).text() }

  /// Signs exactly these texts as header and payload.
  func sign(header: String, payload: String) throws -> String {
    let input = base64URL(Array(header.utf8)) + "." + base64URL(Array(payload.utf8))
    return input + "." + base64URL(try signer.sign(Array(input.utf8)))
  }

  func token(_ claims: JSONValue, header more: [String: JSONValue] = [:]) throws -> String {
    var header: [(String, JSONValue)] = [("alg", .string(algorithm.rawValue)), ("typ", "JWT"), ("kid", .string(kid))]
    header += more.map { ($0.key, $0.value) }
    return try sign(header: JSONValue.object(JSONObject(header)).text(), payload: claims.text())
  }
}

func base64URL(_ bytes: [UInt8]) -> String {
  Data(bytes).base64EncodedString().map { $0 == "+" ? "-" : $0 == "/" ? "_" : String($0) }.joined().filter { $0 != "=" }
}
