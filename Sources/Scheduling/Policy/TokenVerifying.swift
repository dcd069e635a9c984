/// Tells whether tokens are genuine: what the data plane asks, and `TokenVerification` answers. Programs bring the two together.
package protocol TokenVerifying: Sendable {
  /// Why tokens of this issuer could never be verified; `nil` when nothing is wrong with its configuration.
  /// - Returns: The field, and what to write instead.
  func problem(with issuer: TokenIssuer) -> (field: String, reason: String)?

  /// The issuers of the policy in force, instead of those before: their keys are fetched and kept fresh.
  func use(_ issuers: [TokenIssuer])

  /// Returns at once.
  /// - Parameters:
  ///   - issuers: In order; the first that believes the token decides.
  ///   - completion: Called exactly once, on any thread.
  func verify(_ token: [UInt8], by issuers: [TokenIssuer], completion: @escaping @Sendable (TokenFinding) -> Void)

  var statistics: TokenStatistics { get }
}

/// What a verification has found.
package enum TokenFinding: Sendable {
  case verified(VerifiedToken)
  /// - Parameter issuer: The index of the issuer that the token names; `nil` when it is none of them.
  case rejected(TokenFault, issuer: Int?)
  /// The issuer's keys have never been received: nobody can tell.
  case keysUnavailable(retryAfter: Duration, issuer: Int)
  /// Too many unknown tokens are being verified.
  case busy
}

/// A token that its issuer has signed, and that was valid when it was looked at.
package struct VerifiedToken: Sendable {
  /// The index of the issuer that believes it.
  package var issuer: Int
  /// The names of tiers that its claim stands for; empty when the claim is missing or means nothing.
  package var tiers: [String]
  /// Empty when unknown.
  package var tenant: String
  /// How long it stays valid.
  package var lifetime: Duration
  package var key: any TokenKey

  package init(issuer: Int, tiers: [String], tenant: String, lifetime: Duration, key: any TokenKey) {
    self.issuer = issuer
    self.tiers = tiers
    self.tenant = tenant
    self.lifetime = lifetime
    self.key = key
  }
}

/// The key that signed a token.
package protocol TokenKey: AnyObject, Sendable {
  /// The issuer no longer lists it: what it signed is no longer believed.
  var isWithdrawn: Bool { get }
}

/// What a verifier has done, for metrics.
package struct TokenStatistics: Sendable {
  package struct Issuer: Sendable {
    package var name: String
    package var keys: Int
    /// Since the keys were received; `nil` before the first time, and for keys of the policy itself.
    package var age: Duration?
    package var fetches: UInt64
    package var failures: UInt64

    package init(name: String, keys: Int, age: Duration?, fetches: UInt64, failures: UInt64) {
      self.name = name
      self.keys = keys
      self.age = age
      self.fetches = fetches
      self.failures = failures
    }
  }

  /// Verifications by result: `verified`, `keys_unavailable`, `busy`, or the name of a ``TokenFault``.
  package var results: [String: UInt64]
  package var issuers: [Issuer]

  package init(results: [String: UInt64] = [:], issuers: [Issuer] = []) {
    self.results = results
    self.issuers = issuers
  }
}
