/// What is foretold of a configuration that has no row of exactly the lengths asked for.
enum Prediction {
  case offer(Offer)
  /// Not even a single request meets the service level: what it would see.
  case tooSlow(Offer)
  case impossible(RejectionReason, CapacityPlan.Confidence, Rejection.Miss?)
  /// Nothing is known of it at this confidence.
  case unknown
}
