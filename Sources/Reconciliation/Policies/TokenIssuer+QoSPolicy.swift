import QoSAPI
import Scheduling

extension TokenIssuer {
  /// What a QoSPolicy says about an issuer. The schema has left no name of an algorithm that is not known.
  init(_ source: QoSPolicy.TokenSource) {
    self.init(
      issuer: source.issuer, keys: source.jwks.map { .inline($0) } ?? source.jwksURL.map { .url($0) } ?? .discovery,
      authority: source.caBundle.map { .pem($0) }, audiences: source.audiences,
      algorithms: source.algorithms?.compactMap(Algorithm.init) ?? Algorithm.standard, tierClaim: source.claim, tiers: source.tiers,
      tenantClaim: source.tenantClaim, leeway: .seconds(source.leewaySeconds), forwards: source.forwards)
  }
}
