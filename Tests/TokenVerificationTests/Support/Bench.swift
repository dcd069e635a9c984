import JSON
import Logging
import Scheduling
import Testing

@testable import TokenVerification

/// A verifier whose clock says what the test wants.
struct Bench {
  static let issuer = "https://issuer.example"
  /// Seconds since 1970.
  static let now = 1_800_000_000.0

  static func run(
    _ issuers: [TokenIssuer], limits: VerificationLimits = VerificationLimits(), _ body: (TokenVerifier) async throws -> Void
  ) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let verifier = TokenVerifier(limits: limits, logger: logger, now: { now })
    verifier.use(issuers)
    do {
      try await body(verifier)
    } catch {
      await verifier.shutdown()
      throw error
    }
    await verifier.shutdown()
  }

  /// What one verifier of one issuer with these keys says of a token.
  static func judge(_ token: String, _ keys: String, _ change: (inout TokenIssuer) -> Void = { _ in }) async throws -> TokenFinding {
    var issuer = TokenIssuer(issuer: issuer, keys: .inline(keys), algorithms: TokenIssuer.Algorithm.allCases)
    change(&issuer)
    var finding = TokenFinding.busy
    let issuers = [issuer]
    try await run(issuers) { finding = await $0.judge(token, issuers) }
    return finding
  }

  /// A token's claims that nothing is wrong with, and changes to them; `null` removes one.
  static func claims(_ changes: JSONValue = [:]) -> JSONValue {
    var claims: JSONValue = [
      "iss": .string(issuer), "sub": "u1", "aud": "podium", "exp": .double(now + 600), "nbf": .double(now - 10), "tier": "premium",
    ]
    for (name, value) in changes.object?.members.map({ ($0.key, $0.value) }) ?? [] {
      var object = claims.object ?? [:]
      object[name] = value.isNull ? Optional.none : value
      claims = .object(object)
    }
    return claims
  }
}

extension TokenVerifier {
  func judge(_ token: String, _ issuers: [TokenIssuer]) async -> TokenFinding {
    await withCheckedContinuation { continuation in verify(Array(token.utf8), by: issuers) { continuation.resume(returning: $0) } }
  }
}

extension TokenFinding {
  var fault: TokenFault? { if case .rejected(let fault, _) = self { fault } else { nil } }
  var verified: VerifiedToken? { if case .verified(let token) = self { token } else { nil } }
  var isUnavailable: Bool { if case .keysUnavailable = self { true } else { false } }
}
