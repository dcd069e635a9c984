/// Why a token is not believed. The names are labels of metrics and codes of errors.
package enum TokenFault: String, Error, Sendable, CaseIterable {
  case malformed = "token_malformed"
  case tooLarge = "token_too_large"
  /// A JWE: only signed tokens are understood.
  case encrypted = "token_encrypted"
  /// `none`, one of the HMAC family, or another that the policy does not allow.
  case algorithm = "token_algorithm"
  /// The header demands an extension (`crit`).
  case extensions = "token_extension"
  case issuer = "token_issuer"
  case audience = "token_audience"
  case expired = "token_expired"
  case notYetValid = "token_not_yet_valid"
  /// Without `exp` it would be believed for ever.
  case noExpiry = "token_without_expiry"
  /// The issuer has no such key.
  case key = "token_key"
  case signature = "token_signature"
}
