import Kubernetes

extension DeploymentCase {
  /// A warning that is there only while it holds, like PriorityInversion of a policy.
  var factsOutdated: Condition? {
    observed.factsTrouble.map { trouble in
      Condition(
        "FactsOutdated", .yes, reason: "SourceUnavailable",
        message: "Planned with the last good facts, since \(trouble.since): \(trouble.message).", observedGeneration: object.generation)
    }
  }
}
