import Scheduling

extension TrafficPolicy {
  /// A hash of everything but the revision, and of the generations it came from: a policy whose generation changed gets a
  /// revision of its own even if nothing else did, so that `Programmed` can be told.
  func fingerprint(generations: [String: Int]) -> String {
    var hash = Fingerprint()
    for (name, generation) in generations.sorted(by: { $0.key < $1.key }) {
      hash.combine(name)
      hash.combine(generation)
    }
    for source in classification.sources {
      switch source {
      case .apiKeys(let keys):
        for (digest, identity) in keys.sorted(by: { $0.key < $1.key }) {
          for text in ["key", digest, identity.tier, identity.tenant] { hash.combine(text) }
        }
      case .trustedHeader(let name, let from):
        for text in ["header", name] { hash.combine(text) }
        hash.combine(from?.count ?? -1)
        for identity in from ?? [] { hash.combine(identity) }
      case .jwt(let issuer): issuer.combine(into: &hash)
      }
    }
    // Most pools share one policy: it is described once.
    var described: [SchedulingPolicy] = []
    for pool in pools { pool.combine(into: &hash, described: &described) }
    for route in models {
      for text in [route.name, route.sticky.rawValue] { hash.combine(text) }
      hash.combine(route.variants.count)
      for variant in route.variants { for text in [variant.pool, variant.servedModel ?? "", "\(variant.weight)"] { hash.combine(text) } }
    }
    hash.combine(defaultPool ?? "")
    return hash.text
  }
}

extension TokenIssuer {
  fileprivate func combine(into hash: inout Fingerprint) {
    for text in [
      "jwt", issuer, "\(keys)", "\(String(describing: authority))", tierClaim, tenantClaim, "\(leeway.components)", "\(forwards)",
      "\(tiers == nil)",
    ] {
      hash.combine(text)
    }
    for list in [audiences, algorithms.map(\.rawValue), (tiers ?? [:]).sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }] {
      hash.combine(list.count)
      for text in list { hash.combine(text) }
    }
  }
}

extension PoolPolicy {
  fileprivate func combine(into hash: inout Fingerprint, described: inout [SchedulingPolicy]) {
    hash.combine(name)
    hash.combine(servedModel)
    hash.combine("\(forwardsPriority)")
    hash.combine(start.map { "\($0.concurrency) \($0.serviceTime.components)" } ?? "")
    for list in [models, fallbacks, backends.map { "\($0.id) \($0.host) \($0.port)" }] {
      hash.combine(list.count)
      for text in list { hash.combine(text) }
    }
    if let index = described.firstIndex(of: scheduling) {
      hash.combine(index)
    } else {
      scheduling.combine(into: &hash)
      described.append(scheduling)
    }
  }
}

extension SchedulingPolicy {
  fileprivate func combine(into hash: inout Fingerprint) {
    for text in [defaultTier, algorithm.rawValue, "\(circuitBreakers)", "\(adaptiveThresholds)", capacity.rawValue, placement.rawValue] {
      hash.combine(text)
    }
    hash.combine(tiers.count)
    for tier in tiers {
      let objective = [tier.objective.timeToFirstToken, tier.objective.interTokenLatency, tier.objective.endToEnd]
      for text in [tier.name, "\(tier.weight)", "\(tier.priority)", tier.sla.rawValue] { hash.combine(text) }
      for duration in objective { hash.combine(duration.map { "\($0.components)" } ?? "") }
      hash.combine("\(tier.breaker.errorRate) \(tier.breaker.latencyTolerance)")
      hash.combine("\(tier.revenue.perRequest) \(tier.revenue.perMillionTokens)")
    }
  }
}
