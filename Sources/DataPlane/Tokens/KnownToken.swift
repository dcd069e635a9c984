import Scheduling

/// A token and what was found out about it.
final class KnownToken: Sendable {
  let bytes: [UInt8]
  let hash: UInt64
  /// Of the classification by which it was judged.
  let version: Int
  let finding: TokenFinding
  /// When the finding is too old to be used: the end of the token's validity, or of a short while for a token that was refused.
  let diesAt: MonotonicTime
  /// The tenant's number.
  let tenant: UInt64
  /// The source of classification that holds these bytes as an API key, and whose key it is.
  let key: (source: Int, tier: String, tenant: UInt64)?

  init(
    _ bytes: [UInt8], hash: UInt64, version: Int, finding: TokenFinding, now: MonotonicTime,
    key: (source: Int, tier: String, tenant: UInt64)?
  ) {
    self.bytes = bytes
    self.hash = hash
    self.version = version
    self.finding = finding
    self.key = key
    if case .verified(let token) = finding {
      diesAt = now.advanced(by: token.lifetime)
      tenant = token.tenant.isEmpty ? 0 : SHA256Digest(token.tenant).short
    } else {
      diesAt = now.advanced(by: Self.refusalLifetime)
      tenant = 0
    }
  }

  /// A refused token is looked at again after this time: its issuer may have published the key meanwhile.
  static let refusalLifetime: Duration = .seconds(5)

  var isVerified: Bool { if case .verified = finding { true } else { false } }

  /// Nobody could tell: the next request with the token asks again.
  var isPassing: Bool {
    switch finding {
    case .verified, .rejected: false
    case .keysUnavailable, .busy: true
    }
  }

  func isAlive(now: MonotonicTime) -> Bool {
    guard now < diesAt else { return false }
    guard case .verified(let token) = finding else { return true }
    return !token.key.isWithdrawn
  }
}
