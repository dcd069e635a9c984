import Scheduling

// Answers to bearers of tokens that are not believed (RFC 6750 section 3). Nothing of a token is repeated in them.
extension ProxyError {
  static func token(_ finding: TokenFinding) -> ProxyError {
    switch finding {
    case .rejected(let fault, _):
      ProxyError(
        origin: .client, status: 401, type: "invalid_request_error", code: fault.rawValue, message: fault.message,
        challenge: fault.challenge)
    case .keysUnavailable(let retryAfter, _):
      ProxyError(
        origin: .proxy, status: 503, type: "service_unavailable", code: "token_keys_unavailable",
        message: "The token cannot be verified now: its issuer's keys could not be fetched.", retryAfter: retryAfter)
    case .verified, .busy:
      ProxyError(
        origin: .proxy, status: 503, type: "service_unavailable", code: "token_verification_busy",
        message: "The token cannot be verified now: too many others are being verified.", retryAfter: .seconds(1))
    }
  }

  static let repeatedAuthorization = ProxyError(
    origin: .client, status: 400, type: "invalid_request_error", code: "repeated_authorization",
    message: "Authorization is given more than once: send one.")
}

extension TokenFault {
  fileprivate var message: String {
    switch self {
    case .malformed: "The bearer token is not a well-formed JSON Web Token: it needs three parts in Base64url without padding."
    case .tooLarge: "The bearer token is too large."
    case .encrypted: "The bearer token is encrypted: only signed tokens are understood."
    case .algorithm: "The bearer token's algorithm is not allowed."
    case .extensions: "The bearer token demands an extension that is not understood."
    case .issuer: "The bearer token's issuer is not known here."
    case .audience: "The bearer token is meant for another audience."
    case .expired: "The bearer token has expired: get a new one."
    case .notYetValid: "The bearer token is not valid yet: check the clock of its issuer."
    case .noExpiry: "The bearer token has no expiry: tokens must have the claim exp."
    case .key: "The bearer token was signed by a key that its issuer does not list."
    case .signature: "The bearer token's signature is wrong."
    }
  }

  fileprivate var challenge: String { "Bearer realm=\"podium\", error=\"invalid_token\", error_description=\"\(summary)\"" }

  private var summary: StaticString {
    switch self {
    case .malformed: "The token is malformed"
    case .tooLarge: "The token is too large"
    case .encrypted: "The token is encrypted"
    case .algorithm: "The algorithm is not allowed"
    case .extensions: "The token demands an unknown extension"
    case .issuer: "The issuer is not known"
    case .audience: "The audience is wrong"
    case .expired: "The token has expired"
    case .notYetValid: "The token is not valid yet"
    case .noExpiry: "The token has no expiry"
    case .key: "The key is not known"
    case .signature: "The signature is wrong"
    }
  }
}
