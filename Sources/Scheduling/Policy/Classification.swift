/// How a caller's tier and tenant are found: sources in order, the first that knows the caller decides.
package struct Classification: Sendable, Equatable {
  package enum Source: Sendable, Equatable {
    /// `Authorization: Bearer KEY`, looked up by its SHA-256 digest in lower-case hexadecimal: keys themselves are never held.
    case apiKeys([String: Identity])
    /// A header set by an upstream that is trusted to have removed the client's own; lower case.
    /// - Parameter from: Identities of client certificates, verified by mTLS: it is believed only on a connection with one of them. A
    ///   `*` at the end stands for any ending. `nil` believes every connection.
    case trustedHeader(name: String, from: [String]? = nil)
    /// `Authorization: Bearer TOKEN`, a JSON Web Token of this issuer.
    case jwt(TokenIssuer)
  }

  package var sources: [Source]

  package init(sources: [Source]) { self.sources = sources }
}

/// Who is asking.
package struct Identity: Sendable, Hashable {
  package var tier: String
  /// Requests of one tenant share that tenant's turn within the tier; empty when unknown.
  package var tenant: String

  package init(tier: String, tenant: String = "") {
    self.tier = tier
    self.tenant = tenant
  }
}
