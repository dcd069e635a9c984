import JSON

extension QoSPolicy {
  /// Whose JSON Web Tokens are believed, and which claims say the tier and the tenant.
  package struct TokenSource: Sendable, Hashable {
    package static let algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]

    package var issuer: String
    /// Without it and `jwks`, the keys are discovered.
    package var jwksURL: String?
    /// A JWK Set as JSON text.
    package var jwks: String?
    /// In PEM form.
    package var caBundle: String?
    package var audiences: [String]
    /// `nil` for the data plane's default.
    package var algorithms: [String]?
    package var claim: String
    /// `nil` where the claim's values are names of tiers.
    package var tiers: [String: String]?
    package var tenantClaim: String
    package var leewaySeconds: Int
    package var forwards: Bool
  }
}

extension QoSPolicy.TokenSource {
  init?(_ reader: inout FieldReader) {
    let issuer = reader.requiredString("issuer")
    jwksURL = reader.string("jwksURL")
    jwks = reader.string("jwks")
    caBundle = reader.string("caBundle")
    audiences = reader.strings("audiences")
    algorithms = reader.has("algorithms") ? reader.strings("algorithms") : nil
    claim = reader.string("claim") ?? "tier"
    tiers = reader.json["tiers"]?.stringMap
    tenantClaim = reader.string("tenantClaim") ?? "sub"
    leewaySeconds = reader.int("leewaySeconds", 0...3600) ?? 60
    forwards = reader.bool("forward") ?? false
    self.issuer = issuer ?? ""
    for (key, url) in [("jwksURL", jwksURL), ("issuer", jwksURL == nil && jwks == nil ? issuer : nil)] {
      guard let url, !url.hasPrefix("https://"), !url.hasPrefix("http://") else { continue }
      reader.report(key, "\"\(url)\" is no address of keys; write one that starts with https://")
    }
    if jwksURL != nil, jwks != nil { reader.report("jwks", "says what jwksURL says too; write one of the two") }
    if let jwks, (try? JSONValue(parsing: jwks))?["keys"]?.array?.isEmpty != false {
      reader.report("jwks", "is no JWK Set; write JSON text: an object with a list called keys")
    }
    for algorithm in algorithms ?? [] where !Self.algorithms.contains(algorithm) {
      reader.report("algorithms", "\"\(algorithm)\" is not allowed; write some of \(Self.algorithms.joined(separator: ", "))")
    }
    guard issuer != nil else { return nil }
  }
}
