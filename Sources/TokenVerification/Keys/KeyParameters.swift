import JSON
import JWTKit
import Scheduling

/// The public parameters of a JWK (RFC 7517, RFC 7518 section 6, RFC 8037).
struct KeyParameters {
  let id: String?
  /// What the key may be used for: by its type and curve, narrowed by `alg`.
  let algorithms: [TokenIssuer.Algorithm]
  private let type: String
  private let members: [String: String]

  init(_ json: JSONObject) throws(KeyProblem) {
    guard let type = json["kty"]?.string else { throw KeyProblem(description: "has no kty") }
    self.type = type
    id = json["kid"]?.string
    if let use = json["use"]?.string, use != "sig" { throw KeyProblem(description: "is not for signatures (use \(use))") }
    if let operations = json["key_ops"]?.strings, !operations.contains("verify") {
      throw KeyProblem(description: "is not for verification (key_ops)")
    }
    let names: [String]
    let possible: [TokenIssuer.Algorithm]
    (names, possible) = try Self.family(type, json["crv"]?.string)
    if let name = json["alg"]?.string {
      guard let algorithm = TokenIssuer.Algorithm(rawValue: name), possible.contains(algorithm) else {
        throw KeyProblem(description: "is for the algorithm \(name), which a key of type \(type) is not used for here")
      }
      algorithms = [algorithm]
    } else {
      algorithms = possible
    }
    var members: [String: String] = [:]
    for name in names {
      guard let value = json[name]?.string else { throw KeyProblem(description: "has no \(name)") }
      members[name] = value
    }
    self.members = members
  }

  private static func family(_ type: String, _ curve: String?) throws(KeyProblem) -> ([String], [TokenIssuer.Algorithm]) {
    switch (type, curve) {
    case ("RSA", _): (["n", "e"], [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512])
    case ("EC", "P-256"): (["x", "y"], [.es256])
    case ("EC", "P-384"): (["x", "y"], [.es384])
    case ("EC", "P-521"): (["x", "y"], [.es512])
    case ("OKP", "Ed25519"): (["x"], [.edDSA])
    default: throw KeyProblem(description: "is of type \(type) \(curve ?? ""), which is not understood")
    }
  }

  var fingerprint: String {
    let parts = [type, id ?? "", algorithms.map(\.rawValue).joined(separator: ",")]
    return (parts + members.sorted { $0.key < $1.key }.map(\.value)).joined(separator: "|")
  }

  func verifier(for algorithm: TokenIssuer.Algorithm) async throws(KeyProblem) -> any JWTAlgorithm {
    let name = JWK.Algorithm(rawValue: algorithm.rawValue)
    let identifier = JWKIdentifier(string: "key")
    let key: JWK
    switch type {
    case "RSA": key = .rsa(name, identifier: identifier, modulus: members["n"], exponent: members["e"])
    case "EC": key = .ecdsa(name, identifier: identifier, x: members["x"], y: members["y"], curve: nil)
    default: key = .octetKeyPair(name, identifier: identifier, x: members["x"], y: nil, curve: .ed25519)
    }
    // A collection of its own for each key: one that holds several answers for an unknown name with its default key.
    do {
      return try await JWTKeyCollection().add(jwk: key).getKey(for: identifier)
    } catch {
      throw KeyProblem(description: "cannot be used: \(error)")
    }
  }
}
