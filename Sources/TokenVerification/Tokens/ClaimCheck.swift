import JSON
import Scheduling

/// Compares a token's claims with what an issuer's configuration demands (RFC 7519 section 4.1, RFC 8725). Time is a parameter.
struct ClaimCheck {
  let issuer: TokenIssuer
  /// Seconds since 1970.
  let now: Double

  /// - Returns: How long the token stays valid.
  func check(_ claims: JSONObject) throws(TokenFault) -> Duration {
    guard claims["iss"]?.string == issuer.issuer else { throw .issuer }
    let leeway = Double(issuer.leeway.components.seconds)
    guard let expiry = try date(claims, "exp") else { throw .noExpiry }
    guard now < expiry + leeway else { throw .expired }
    if let start = try date(claims, "nbf"), now + leeway < start { throw .notYetValid }
    try checkAudience(claims)
    return .seconds(min(expiry + leeway - now, Self.longest))
  }

  /// A date beyond this is as good as this one; it keeps the arithmetic in range.
  private static let longest = 86_400.0 * 365

  /// A NumericDate: seconds since 1970, with or without a fraction.
  private func date(_ claims: JSONObject, _ name: String) throws(TokenFault) -> Double? {
    guard let value = claims[name] else { return nil }
    guard let seconds = value.double, seconds.isFinite else { throw .malformed }
    return seconds
  }

  private func checkAudience(_ claims: JSONObject) throws(TokenFault) {
    let audiences: [String]
    switch claims["aud"] {
    case nil: audiences = []
    case .string(let audience): audiences = [audience]
    case let value?:
      guard let list = value.strings else { throw .malformed }
      audiences = list
    }
    guard issuer.audiences.isEmpty || audiences.contains(where: issuer.audiences.contains) else { throw .audience }
  }

  /// The names of the tiers that the claim stands for.
  func tiers(_ claims: JSONObject) -> [String] {
    let values = ClaimPath.values(issuer.tierClaim, in: claims)
    guard let tiers = issuer.tiers else { return values }
    return values.compactMap { tiers[$0] }
  }

  /// A subject is unique among those of its issuer only (RFC 7519 section 4.1.2); other claims, an organisation's name for example, mean
  /// the same tenant that an API key can be of.
  func tenant(_ claims: JSONObject) -> String {
    guard let tenant = ClaimPath.values(issuer.tenantClaim, in: claims).first, !tenant.isEmpty else { return "" }
    return issuer.tenantClaim == "sub" ? "\(issuer.issuer) \(tenant)" : tenant
  }
}
