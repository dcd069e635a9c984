extension Knowledge {
  /// What plays one replica of a plan in a simulation: the fit of its rows, or what its prediction rested on. `nil` when nothing is
  /// known of its steps, as when its only row was taken at one load.
  package func replicaModel(of plan: CapacityPlan) -> ReplicaModel? {
    guard let model = try? modelIndex(named: plan.model), let accelerator = try? acceleratorIndex(named: plan.accelerator) else {
      return nil
    }
    let configuration = Configuration(model: model, accelerator: accelerator, gpus: plan.gpusPerReplica)
    let predictions = Predictions(knowledge: self, profile: plan.traffic.profile, target: plan.target)
    return predictions.replica(configuration, preferring: plan.confidence == .estimated ? .estimated : .interpolated)
  }
}

extension Predictions {
  func replica(_ configuration: Configuration, preferring confidence: CapacityPlan.Confidence) -> ReplicaModel? {
    (confidence == .estimated ? nil : interpolated(configuration)?.replica) ?? estimated(configuration)?.replica
  }
}
