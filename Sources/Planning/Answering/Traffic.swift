/// How many requests come, of what length, and how that was computed.
package struct Traffic: Sendable, Hashable {
  package var profile: TrafficProfile
  /// Requests per second that the plan is sized for.
  package var steadyQPS: Double
  /// Requests per second that the largest number of replicas is sized for.
  package var peakQPS: Double
  /// How the rates were computed, for people.
  package var derivation: String

  package init(profile: TrafficProfile, steadyQPS: Double, peakQPS: Double, derivation: String) {
    self.profile = profile
    self.steadyQPS = steadyQPS
    self.peakQPS = peakQPS
    self.derivation = derivation
  }
}
