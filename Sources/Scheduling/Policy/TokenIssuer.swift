/// Whose JSON Web Tokens are believed, and what their claims mean: a source of classification.
///
/// A token of this issuer is believed when a key of the issuer has signed it by an allowed algorithm (RFC 7515), it is meant for one of
/// the audiences, and it is valid now (RFC 7519 section 4.1). Nothing in the token's own header chooses where keys come from.
package struct TokenIssuer: Sendable, Hashable {
  /// Signatures by asymmetric keys (RFC 7518 section 3.1, RFC 8037). `none` and the HMAC family cannot even be named: whoever knew the
  /// key that verifies could sign as well.
  package enum Algorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    package static let standard: [Algorithm] = [.rs256, .es256, .edDSA]
  }

  /// Where the issuer's public keys are found.
  package enum Keys: Sendable, Hashable {
    /// By OpenID Connect Discovery 1.0: `ISSUER/.well-known/openid-configuration` names them.
    case discovery
    /// The address of a JWK Set (RFC 7517).
    case url(String)
    /// A JWK Set as JSON text.
    case inline(String)
  }

  /// Certificates that are trusted for the issuer's server besides the system's.
  package enum Authority: Sendable, Hashable {
    /// The path of a PEM file.
    case file(String)
    case pem(String)
  }

  /// What `iss` must be, exactly.
  package var issuer: String
  package var keys: Keys
  package var authority: Authority?
  /// One of them must be in `aud`; empty for any.
  package var audiences: [String]
  package var algorithms: [Algorithm]
  /// The claim that says the tier: a name, or names with dots between them for nested claims. The longest name that exists wins, so that
  /// names that hold dots themselves (`https://example.com/tier`) can be written as they are.
  package var tierClaim: String
  /// The tier of each value of the claim; `nil` when the values are names of tiers. Of several values (groups, roles) the tier of the
  /// highest priority counts.
  package var tiers: [String: String]?
  package var tenantClaim: String
  /// How far the issuer's clock may be from ours.
  package var leeway: Duration
  /// Whether the model servers see the token.
  package var forwards: Bool

  /// The leeway is that of Envoy's `jwt_authn` (`clock_skew_seconds`).
  package init(
    issuer: String, keys: Keys = .discovery, authority: Authority? = nil, audiences: [String] = [],
    algorithms: [Algorithm] = Algorithm.standard, tierClaim: String = "tier", tiers: [String: String]? = nil, tenantClaim: String = "sub",
    leeway: Duration = .seconds(60), forwards: Bool = false
  ) {
    self.issuer = issuer
    self.keys = keys
    self.authority = authority
    self.audiences = audiences
    self.algorithms = algorithms
    self.tierClaim = tierClaim
    self.tiers = tiers
    self.tenantClaim = tenantClaim
    self.leeway = leeway
    self.forwards = forwards
  }
}
