import Foundation

/// The bounds that a ``TokenVerifier`` keeps.
package struct VerificationLimits: Sendable {
  /// Signatures that are checked at the same time.
  package var concurrent = ProcessInfo.processInfo.activeProcessorCount
  /// Tokens that are being verified or wait for that; beyond, callers are asked to come again.
  package var pending = 4096
  /// How often at most keys are fetched because a token names one that is not known.
  package var refetchInterval: Duration = .seconds(30)
  /// Tokens that wait for such a fetch; what names unknown keys beyond is refused at once.
  package var waitingForUnknownKey = 256
  /// Between the bounds, an issuer's `Cache-Control: max-age` decides how long its keys are fresh.
  package var shortestFreshness: Duration = .seconds(60)
  package var longestFreshness: Duration = .seconds(86_400)
  /// How long keys are fresh when the issuer does not say, as with Envoy's `jwt_authn` and Kuadrant's examples.
  package var usualFreshness: Duration = .seconds(300)
  /// The first pause after a failure; it doubles from failure to failure.
  package var firstPause: Duration = .seconds(1)
  package var longestPause: Duration = .seconds(60)
  package var connectTimeout: Duration = .seconds(5)
  package var fetchTimeout: Duration = .seconds(10)
  package var maximumDocument = 1 << 20

  package init() {}
}
