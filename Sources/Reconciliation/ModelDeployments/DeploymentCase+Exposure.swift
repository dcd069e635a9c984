import Kubernetes

extension DeploymentCase {
  /// Only where a way in is asked for.
  var exposed: Condition? {
    guard let kind = deployment?.exposure.kind, kind != .none else { return nil }
    guard let exposing = applying?.exposing else {
      return Condition(
        "Exposed", .unknown, reason: "NotApplied", message: "Nothing is exposed before the plan is applied.",
        observedGeneration: object.generation)
    }
    return Condition(
      "Exposed", finding: exposing.finding, else: "Exposed",
      "Callers reach the data plane at \(exposing.address ?? "") (\(kind.rawValue)).",
      generation: object.generation)
  }
}
