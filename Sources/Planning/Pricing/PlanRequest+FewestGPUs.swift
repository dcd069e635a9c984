extension PlanRequest {
  /// GPUs that one owns cost the same whether they are used or not: the order of cost begins with their number.
  package var ordersByGPUs: Bool { pricing.mode == .ownedHardware }

  /// Whether the plan with the fewest GPUs is taken: when that is the objective, and for owned GPUs unless speed or accuracy is.
  package var choosesFewestGPUs: Bool {
    switch objective {
    case .fewestGPUs: true
    case .balanced, .cost: ordersByGPUs
    case .latency, .accuracy: false
    }
  }
}

extension Candidate {
  /// The order of GPUs: how many in all, then the order of cost.
  static func fewerGPUs(_ left: Candidate, _ right: Candidate) -> Bool {
    left.gpuCount == right.gpuCount ? cheaper(left, right) : left.gpuCount < right.gpuCount
  }
}
