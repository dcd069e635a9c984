import Foundation
import JWTKit
import Logging
import Scheduling
import Synchronization

/// Verifies JSON Web Tokens with the keys of their issuers, off the request path.
///
///     bytes ▶ UnverifiedToken ▶ issuer, algorithm, claims ▶ keys of the issuer ▶ signature ▶ TokenFinding
///
/// Claims are compared before the signature is checked, because that is cheap: a token that would be refused anyway costs no cryptography.
/// They are believed after it.
package final class TokenVerifier: TokenVerifying {
  /// Where a ring's keys come from.
  private struct Origin: Hashable {
    var issuer: String
    var keys: TokenIssuer.Keys
    var authority: TokenIssuer.Authority?

    init(_ issuer: TokenIssuer) {
      self.issuer = issuer.issuer
      keys = issuer.keys
      authority = issuer.authority
    }
  }

  private struct State {
    var rings: [Origin: KeyRing] = [:]
    var results: [String: UInt64] = [:]
    var pending = 0
    var isStopped = false
  }

  private let limits: VerificationLimits
  private let logger: Logger
  private let permits: Permits
  private let now: @Sendable () -> Double
  private let state = Mutex(State())

  /// - Parameter now: Seconds since 1970.
  package init(
    limits: VerificationLimits = VerificationLimits(), logger: Logger,
    now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) {
    self.limits = limits
    self.logger = logger
    self.now = now
    permits = Permits(limits.concurrent)
  }

  package func problem(with issuer: TokenIssuer) -> (field: String, reason: String)? { IssuerCheck.problem(with: issuer) }

  package func use(_ issuers: [TokenIssuer]) {
    let (started, ended) = state.withLock { state -> ([KeyRing], [KeyRing]) in
      guard !state.isStopped else { return ([], []) }
      var rings: [Origin: KeyRing] = [:]
      var started: [KeyRing] = []
      for issuer in issuers where rings[Origin(issuer)] == nil {
        if let known = state.rings.removeValue(forKey: Origin(issuer)) {
          rings[Origin(issuer)] = known
        } else {
          let ring = KeyRing(issuer, limits: limits, logger: logger)
          rings[Origin(issuer)] = ring
          started.append(ring)
        }
      }
      let ended = Array(state.rings.values)
      state.rings = rings
      return (started, ended)
    }
    Task {
      for ring in started { await ring.start() }
      for ring in ended { await ring.stop() }
    }
  }

  /// Ends all fetching.
  package func shutdown() async {
    let rings = state.withLock { state in
      state.isStopped = true
      return Array(state.rings.values)
    }
    for ring in rings { await ring.stop() }
  }

  package func verify(_ token: [UInt8], by issuers: [TokenIssuer], completion: @escaping @Sendable (TokenFinding) -> Void) {
    let isAdmitted = state.withLock { state in
      guard state.pending < limits.pending else {
        state.results["busy", default: 0] += 1
        return false
      }
      state.pending += 1
      return true
    }
    guard isAdmitted else { return completion(.busy) }
    Task {
      let finding = await judge(token, issuers)
      state.withLock { state in
        state.pending -= 1
        state.results[finding.label, default: 0] += 1
      }
      completion(finding)
    }
  }

  package var statistics: TokenStatistics {
    let (results, rings) = state.withLock { ($0.results, Array($0.rings.values)) }
    return TokenStatistics(results: results, issuers: rings.map(\.statistics).sorted { $0.name < $1.name })
  }

  // MARK: Judging

  private func judge(_ token: [UInt8], _ issuers: [TokenIssuer]) async -> TokenFinding {
    do {
      let unverified = try UnverifiedToken(token.span)
      var finding = TokenFinding.rejected(.issuer, issuer: nil)
      for (index, issuer) in issuers.enumerated() where unverified.claims["iss"]?.string == issuer.issuer {
        let next = await judge(unverified, token, issuer, index)
        if case .verified = next { return next }
        // That nobody can tell yet outweighs what another source of the same issuer found.
        if case .keysUnavailable = finding { continue }
        finding = next
      }
      return finding
    } catch {
      return .rejected(error, issuer: nil)
    }
  }

  private func judge(_ token: UnverifiedToken, _ bytes: [UInt8], _ issuer: TokenIssuer, _ index: Int) async -> TokenFinding {
    let check = ClaimCheck(issuer: issuer, now: now())
    do throws(TokenFault) {
      guard issuer.algorithms.contains(token.algorithm) else { throw TokenFault.algorithm }
      let lifetime = try check.check(token.claims)
      guard let ring = state.withLock({ $0.rings[Origin(issuer)] }) else {
        // The policy has changed meanwhile.
        return .keysUnavailable(retryAfter: limits.firstPause, issuer: index)
      }
      switch await ring.lookup(token) {
      case .unavailable(let retryAfter): return .keysUnavailable(retryAfter: retryAfter, issuer: index)
      case .unknown: throw TokenFault.key
      case .keys(let keys):
        guard let key = await permits.with({ keys.first { $0.hasSigned(token, bytes) } }) else { throw TokenFault.signature }
        return .verified(
          VerifiedToken(
            issuer: index, tiers: check.tiers(token.claims), tenant: check.tenant(token.claims), lifetime: lifetime, key: key))
      }
    } catch {
      return .rejected(error, issuer: index)
    }
  }
}

extension TokenFinding {
  /// The label of metrics.
  fileprivate var label: String {
    switch self {
    case .verified: "verified"
    case .rejected(let fault, _): fault.rawValue
    case .keysUnavailable: "keys_unavailable"
    case .busy: "busy"
    }
  }
}
