import Scheduling

// What the schedulers say of themselves now.
extension MetricsPage {
  typealias PoolState = (name: String, statistics: SchedulerStatistics)

  mutating func writeState(_ states: [PoolState]) {
    tiers("qos_queue_depth", "Requests that wait for a slot.", states) { Double($0.waiting) }
    tiers("qos_requests_in_use", "Slots in use.", states) { Double($0.inUse) }
    tiers("qos_tier_entitlement", "The part of the capacity that the tier earns now.", states) { $0.entitlement }
    tiers("qos_tier_share", "The part of recent work that was the tier's.", states) { $0.share }
    tiers("qos_expected_wait_seconds", "What a request that arrives now would wait.", states) { $0.expectedWait?.inSeconds }
    page.family("qos_capacity", .gauge, "The sum of the limits of all backends.")
    for state in states { page.sample("qos_capacity", labels(state.name), state.statistics.capacity) }
    page.family("qos_reference_service_seconds", .gauge, "What a request takes on this pool today.")
    for state in states {
      guard let time = state.statistics.referenceServiceTime else { continue }
      page.sample("qos_reference_service_seconds", labels(state.name), time.inSeconds)
    }
  }

  private mutating func tiers(_ name: String, _ help: String, _ states: [PoolState], _ value: (TierStatistics) -> Double?) {
    page.family(name, .gauge, help)
    for state in states {
      for tier in state.statistics.tiers {
        if let value = value(tier) { page.sample(name, labels(state.name, ("tier", tier.name)), value) }
      }
    }
  }

  mutating func writeBackends(_ states: [PoolState]) {
    backends("qos_backend_limit", "Slots of a backend.", states) { Double($0.limit) }
    page.family("qos_backend_limit_info", .gauge, "What decides the number of a backend's slots.")
    for state in states {
      for backend in state.statistics.backends {
        let more = [("backend", backend.id), ("source", backend.limitReason.source), ("reason", backend.limitReason.rawValue)]
        page.sample("qos_backend_limit_info", labels(state.name) + more, 1)
      }
    }
    backends("qos_backend_in_use", "Slots of a backend in use.", states) { Double($0.inUse) }
    backends("qos_backend_work_in_flight_tokens", "Estimated tokens of a backend's requests.", states) { Double($0.workInFlight) }
    backends("qos_backend_latency_ratio", "Latency of a backend in relation to its pool's; 1 is typical.", states) { $0.latencyRatio }
    backends("qos_backend_healthy", "1 while the backend is in service and no tier has turned away from it.", states) { backend in
      !backend.draining && backend.breakers.allSatisfy { $0 == .closed } ? 1 : 0
    }
    breakers("qos_breaker_state", .gauge, "0 closed, 1 half-open, 2 open.", states) { backend, tier in
      backend.breakers[tier] == .closed ? 0 : backend.breakers[tier] == .halfOpen ? 1 : 2
    }
    breakers("qos_breaker_trips_total", .counter, "How often a tier's breaker for a backend has opened.", states) { backend, tier in
      Double(backend.breakerTrips[tier])
    }
  }

  private mutating func backends(_ name: String, _ help: String, _ states: [PoolState], _ value: (BackendStatistics) -> Double?) {
    page.family(name, .gauge, help)
    for state in states {
      for backend in state.statistics.backends {
        if let value = value(backend) { page.sample(name, labels(state.name, ("backend", backend.id)), value) }
      }
    }
  }

  private mutating func breakers(
    _ name: String, _ kind: MetricsText.Kind, _ help: String, _ states: [PoolState], _ value: (BackendStatistics, Int) -> Double
  ) {
    page.family(name, kind, help)
    for state in states {
      for backend in state.statistics.backends {
        for (index, tier) in state.statistics.tiers.enumerated() where backend.breakers.indices.contains(index) {
          page.sample(name, labels(state.name, ("tier", tier.name), ("backend", backend.id)), value(backend, index))
        }
      }
    }
  }
}

extension LimitReason {
  fileprivate var source: String {
    switch self {
    case .starting, .growing, .steady, .probing: "inferred"
    case .reportedMaximum, .reportedRoom, .reportedQueue, .reportedCache: "reported"
    }
  }
}
