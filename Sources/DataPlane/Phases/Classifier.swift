import Scheduling

/// Who is asking: the sources of a policy in order; the first that knows the caller decides.
final class Classifier: Sendable {
  struct Caller {
    var tier: Int
    /// A number that stands for the tenant; 0 when unknown.
    var tenant: UInt64
    /// The `Authorization` header was a key of ours: the model servers must not see it.
    var usedAuthorization: Bool
    /// A verified token said nothing about a tier that this pool has.
    var claimIsUnknown = false
    /// The request carries a token that is not believed, and no source knows the caller.
    var isRefused = false
  }

  private enum Source: Sendable {
    case keys(KeyTable)
    /// `from`: identities of which one must be the connection's; `nil` believes every connection.
    case header([UInt8], from: [IdentityPattern]?)
    /// The index of a token's issuer.
    case token(Int)
  }

  private let sources: [Source]
  /// Headers that say who is asking: never forwarded, whether believed or not.
  private let trustedHeaders: [[UInt8]]
  /// In the order of their sources.
  let issuers: [TokenIssuer]
  /// Counts the classifications that have been in force.
  let version: Int
  var verifiesTokens: Bool { !issuers.isEmpty }

  init(_ classification: Classification, version: Int = 0) {
    self.version = version
    var issuers: [TokenIssuer] = []
    sources = classification.sources.map { source in
      switch source {
      case .apiKeys(let keys):
        return .keys(KeyTable(keys))
      case .trustedHeader(let name, let from): return .header(Array(name.utf8), from: from.map { $0.map(IdentityPattern.init) })
      case .jwt(let issuer):
        issuers.append(issuer)
        return .token(issuers.count - 1)
      }
    }
    self.issuers = issuers
    trustedHeaders = sources.compactMap { source in if case .header(let name, _) = source { name } else { nil } }
  }

  /// - Parameters:
  ///   - carrier: Of the connection: who vouches for its headers.
  ///   - token: What is known of the token that the request carries.
  func identify(
    _ lines: [HeaderLine], in bytes: Span<UInt8>, pool: PoolRoute, carrier: Carrier? = nil, token: KnownToken? = nil,
    digests: inout DigestMemo
  ) -> Caller {
    for (index, source) in sources.enumerated() {
      switch source {
      case .token(let issuer):
        if let token, let caller = identify(by: token, issuer, pool) { return caller }
      case .keys where token != nil:
        // A digest for each source and request would cost more than all the rest: it was looked up when the token was new.
        guard let key = token?.key, key.source == index else { continue }
        return Caller(tier: pool.tier(named: key.tier) ?? pool.defaultTier, tenant: key.tenant, usedAuthorization: true)
      case .keys(let keys):
        if let caller = identify(byKey: keys, lines, bytes, pool, &digests) { return caller }
      case .header(let name, let from):
        if let from, carrier?.isVouchedFor(by: from) != true { continue }
        for line in lines where bytes.matches(name, at: line.name) {
          if let tier = pool.tier(named: line.value, in: bytes) {
            return Caller(tier: tier, tenant: 0, usedAuthorization: removes(token))
          }
        }
      }
    }
    var caller = Caller(tier: pool.defaultTier, tenant: 0, usedAuthorization: false)
    caller.isRefused = token != nil
    return caller
  }

  private func identify(by known: KnownToken, _ issuer: Int, _ pool: PoolRoute) -> Caller? {
    guard case .verified(let token) = known.finding, token.issuer == issuer else { return nil }
    let tier = pool.highestTier(of: token.tiers)
    return Caller(
      tier: tier ?? pool.defaultTier, tenant: known.tenant, usedAuthorization: !issuers[issuer].forwards, claimIsUnknown: tier == nil)
  }

  /// Whether a token of one of our issuers stays here although another source has told who is asking.
  private func removes(_ token: KnownToken?) -> Bool {
    switch token?.finding {
    case .verified(let token): !issuers[token.issuer].forwards
    case .rejected(_, let issuer?), .keysUnavailable(_, let issuer): !issuers[issuer].forwards
    case nil, .rejected(_, nil), .busy: false
    }
  }

  /// Whose API key a token is, whatever else it is.
  func key(_ token: Span<UInt8>) -> (source: Int, tier: String, tenant: UInt64)? {
    let digest = SHA256Digest(token)
    for (index, source) in sources.enumerated() {
      if case .keys(let keys) = source, let owner = keys.owners[digest] { return (index, owner.tier, owner.tenant) }
    }
    return nil
  }

  private func identify(
    byKey keys: KeyTable, _ lines: [HeaderLine], _ bytes: Span<UInt8>, _ pool: PoolRoute,
    _ digests: inout DigestMemo
  ) -> Caller? {
    for line in lines where line.kind == .authorization && line.value.count > 7 {
      let value = line.value
      guard bytes.matches("bearer ", at: value.lowerBound..<value.lowerBound + 7) else { continue }
      guard let owner = digests.owner(bytes, value.lowerBound + 7..<value.upperBound, in: keys) else { continue }
      return Caller(tier: pool.tier(named: owner.tier) ?? pool.defaultTier, tenant: owner.tenant, usedAuthorization: true)
    }
    return nil
  }

  /// Whether a header says who is asking, so that it must not go on to the model servers.
  func removes(_ line: HeaderLine, in bytes: Span<UInt8>) -> Bool {
    if line.kind == .claim { return true }
    for name in trustedHeaders where bytes.matches(name, at: line.name) { return true }
    return false
  }
}
