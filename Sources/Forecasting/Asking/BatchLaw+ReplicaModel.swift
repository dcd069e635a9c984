import Planning
import Simulation

extension BatchLaw {
  /// A replica as the planner knows it, for requests of these lengths: milliseconds become seconds, and what bends becomes a table.
  package init(_ replica: ReplicaModel, profile: TrafficProfile) {
    let latency = replica.latency
    self.init(
      alpha: latency.alpha / 1000, beta: latency.beta / 1000, gamma: latency.gamma / 1000, maximumBatch: replica.maximumBatch)
    if let line = latency.prefill {
      prefillLine = PrefillLine(
        base: line.base / 1000, perToken: line.perToken / 1000, perRequest: line.perRequest / 1000,
        perRequestToken: line.perRequestToken / 1000)
    }
    guard latency.sigma > 0 || latency.experts != nil else { return }
    let size = Size(prompt: profile.promptTokens, output: profile.outputTokens)
    bend = (0...maximumBatch).map { batch in
      // An empty batch bends as one request does.
      let count = Double(max(1, batch))
      return latency.iteration(batch: count, profile: profile) / 1000 - alpha - count * share(of: size)
    }
  }
}

extension ForecastSubject {
  /// A plan with the servers that the knowledge says; `nil` when nothing is known of how they slow down under load.
  package init?(plan: CapacityPlan, knowledge: Knowledge, budget: Budget = Budget()) {
    guard let replica = knowledge.replicaModel(of: plan) else { return nil }
    let source =
      "\(replica.confidence == .estimated ? "estimated from weights and data sheets" : "fitted to rows") (\(replica.basis.rawValue):"
      + " \(replica.source)), batches of \(replica.maximumBatch) at most"
      + (replica.trustedBatch.map { $0 < Double(replica.maximumBatch) ? "; no row saw more than \(Int($0.rounded())) at a time" : "" } ?? "")
    self.init(plan: plan, law: BatchLaw(replica, profile: plan.traffic.profile), lawSource: source, budget: budget)
  }
}
