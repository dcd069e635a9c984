import Scheduling

/// Who is asking: the sources of a policy in order; the first that knows the caller decides.
struct Classifier: Sendable {
  struct Caller {
    var tier: Int
    /// A number that stands for the tenant; 0 when unknown.
    var tenant: UInt64
    /// The `Authorization` header was a key of ours: the model servers must not see it.
    var usedAuthorization: Bool
  }

  private enum Source: Sendable {
    case keys([SHA256Digest: (tier: String, tenant: UInt64)])
    /// `from`: identities of which one must be the connection's; `nil` believes every connection.
    case header([UInt8], from: [IdentityPattern]?)
  }

  private let sources: [Source]
  /// Headers that say who is asking: never forwarded, whether believed or not.
  private let trustedHeaders: [[UInt8]]

  init(_ classification: Classification) {
    sources = classification.sources.map { source in
      switch source {
      case .apiKeys(let keys):
        var table: [SHA256Digest: (tier: String, tenant: UInt64)] = [:]
        for (digest, identity) in keys {
          guard let key = SHA256Digest(hexadecimal: digest) else { continue }
          table[key] = (identity.tier, identity.tenant.isEmpty ? key.short : SHA256Digest(identity.tenant).short)
        }
        return .keys(table)
      case .trustedHeader(let name, let from): return .header(Array(name.utf8), from: from.map { $0.map(IdentityPattern.init) })
      }
    }
    trustedHeaders = sources.compactMap { source in if case .header(let name, _) = source { name } else { nil } }
  }

  /// - Parameter carrier: Of the connection: who vouches for its headers.
  func identify(_ lines: [HeaderLine], in bytes: Span<UInt8>, pool: PoolRoute, carrier: Carrier? = nil, digests: inout DigestMemo) -> Caller
  {
    for source in sources {
      switch source {
      case .keys(let keys):
        if let caller = identify(byKey: keys, lines, bytes, pool, &digests) { return caller }
      case .header(let name, let from):
        if let from, carrier?.isVouchedFor(by: from) != true { continue }
        for line in lines where bytes.matches(name, at: line.name) {
          if let tier = pool.tier(named: line.value, in: bytes) { return Caller(tier: tier, tenant: 0, usedAuthorization: false) }
        }
      }
    }
    return Caller(tier: pool.defaultTier, tenant: 0, usedAuthorization: false)
  }

  private func identify(
    byKey keys: [SHA256Digest: (tier: String, tenant: UInt64)], _ lines: [HeaderLine], _ bytes: Span<UInt8>, _ pool: PoolRoute,
    _ digests: inout DigestMemo
  ) -> Caller? {
    for line in lines where line.kind == .authorization && line.value.count > 7 {
      let value = line.value
      guard bytes.matches("bearer ", at: value.lowerBound..<value.lowerBound + 7) else { continue }
      let digest = digests.digest(bytes, value.lowerBound + 7..<value.upperBound)
      guard let identity = keys[digest] else { continue }
      return Caller(tier: pool.tier(named: identity.tier) ?? pool.defaultTier, tenant: identity.tenant, usedAuthorization: true)
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
