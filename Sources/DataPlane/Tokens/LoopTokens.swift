import Scheduling

/// The tokens that one event loop knows: looked up without a lock.
struct LoopTokens {
  /// Refused tokens are few among honest callers, and may be many among others.
  static let refusedCapacity = 1024

  private var verified: TokenCache
  private var refused: TokenCache
  private var version = 0

  init(capacity: Int, secret: TokenHash) {
    verified = TokenCache(capacity: capacity, secret: secret)
    refused = TokenCache(capacity: min(capacity, Self.refusedCapacity), secret: secret)
  }

  /// - Parameter version: Of the classification in force; what was found by another one is forgotten.
  mutating func find(_ token: Span<UInt8>, hash: UInt64, version: Int, now: MonotonicTime) -> KnownToken? {
    if version != self.version {
      self.version = version
      verified.removeAll()
      refused.removeAll()
      return nil
    }
    return verified.find(token, hash: hash, now: now) ?? refused.find(token, hash: hash, now: now)
  }

  mutating func insert(_ known: KnownToken, now: MonotonicTime) {
    guard known.version == version, !known.isPassing else { return }
    if known.isVerified { verified.insert(known, now: now) } else { refused.insert(known, now: now) }
  }
}
