/// A kind of application: its traffic's shape and what its users expect.
package struct UseCase: Sendable, Hashable {
  /// `chatbot_conversational`, `code_completion`, …
  package var name: String
  package var summary: String
  package var profile: TrafficProfile
  /// The targets of this use case, at p95.
  package var serviceLevel: ServiceLevel
  /// `instant`, `conversational`, `interactive`, `deferred` or `batch`: context for people, never a target.
  package var experienceClass: String
  /// The share of the users who are active at a time, 0–1.
  package var activeFraction: Double
  package var requestsPerActiveUserPerMinute: Double
  /// Peak rate ÷ steady rate.
  package var peakMultiplier: Double

  package init(
    name: String, summary: String, profile: TrafficProfile, serviceLevel: ServiceLevel, experienceClass: String, activeFraction: Double,
    requestsPerActiveUserPerMinute: Double, peakMultiplier: Double
  ) {
    self.name = name
    self.summary = summary
    self.profile = profile
    self.serviceLevel = serviceLevel
    self.experienceClass = experienceClass
    self.activeFraction = activeFraction
    self.requestsPerActiveUserPerMinute = requestsPerActiveUserPerMinute
    self.peakMultiplier = peakMultiplier
  }
}
