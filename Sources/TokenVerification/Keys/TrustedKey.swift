import JSON
import JWTKit
import Scheduling
import Synchronization

/// A public key that an issuer lists, with the algorithms that it may be used for.
final class TrustedKey: TokenKey {
  let id: String?
  /// Tells whether two sets hold the same key.
  let fingerprint: String
  private let algorithms: [TokenIssuer.Algorithm: any JWTAlgorithm]
  private let withdrawn = Atomic<Bool>(false)

  /// - Parameter json: A JWK (RFC 7517 section 4). Private parts are not even read.
  init(_ json: JSONObject) async throws(KeyProblem) {
    let parameters = try KeyParameters(json)
    id = parameters.id
    fingerprint = parameters.fingerprint
    var algorithms: [TokenIssuer.Algorithm: any JWTAlgorithm] = [:]
    for algorithm in parameters.algorithms { algorithms[algorithm] = try await parameters.verifier(for: algorithm) }
    self.algorithms = algorithms
  }

  /// The key's type decides: an algorithm of another family can never use it.
  func serves(_ algorithm: TokenIssuer.Algorithm) -> Bool { algorithms[algorithm] != nil }

  func hasSigned(_ token: UnverifiedToken, _ bytes: [UInt8]) -> Bool {
    guard let verifier = algorithms[token.algorithm] else { return false }
    return (try? verifier.verify(token.signature, signs: bytes[..<token.signedBytes])) ?? false
  }

  var isWithdrawn: Bool { withdrawn.load(ordering: .relaxed) }

  func withdraw() { withdrawn.store(true, ordering: .relaxed) }
}

/// Why a key of a set cannot be used; the others can.
struct KeyProblem: Error, CustomStringConvertible {
  var description: String
}
