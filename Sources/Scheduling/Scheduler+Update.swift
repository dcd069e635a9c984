extension Scheduler {
  /// Replaces the policy and the backends, atomically; nothing that waits or runs is dropped.
  ///
  /// Tiers are matched by name; tickets of one that has vanished go to the default tier. Backends are matched by id; a removed
  /// one gets nothing more and keeps its index until its last request has ended.
  package mutating func update(policy new: SchedulingPolicy, backends wanted: [Backend], now: MonotonicTime) {
    // A policy without tiers cannot be obeyed; the compiler and the schema refuse it long before.
    policy = new
    if policy.tiers.isEmpty { policy.tiers = SchedulingPolicy.standard.tiers }
    rearrangeTiers()
    replaceBackends(wanted)
  }

  /// The backend's own state, from its metrics or a health report.
  package mutating func report(_ report: BackendReport, from backend: Int, now: MonotonicTime) {
    guard backends.indices.contains(backend), !backends[backend].isGone else { return }
    var state = backends[backend]
    state.reported.update(report, inUse: state.inUseByAll, settings: settings, now: now)
    state.reportedUntil = state.reported.staleAt(intervals: settings.staleIntervals, reference: times.reference)
    if policy.capacity != .inferred, let limit = state.reported.limit { state.inferred.resume(at: limit) }
    backends[backend] = state
  }

  // MARK: Tiers

  private mutating func rearrangeTiers() {
    let old = tiers
    let oldAccounts = shares.accounts
    let origins = policy.tiers.map { wanted in old.firstIndex { $0.policy.name == wanted.name } }
    tiers = zip(policy.tiers, origins).map { wanted, origin in
      var tier = origin.map { old[$0] } ?? Tier(policy: wanted)
      tier.policy = wanted
      return tier
    }
    shares.rearrange(weights: policy.tiers.map(\.weight), origins: origins)
    defaultTier = tierIndex(named: policy.defaultTier) ?? tiers.count - 1
    rankTiers()
    for tier in tiers.indices { refitBreakers(tier) }
    guard origins != old.indices.map({ Optional($0) }) else { return }
    var destination: [Int?] = Array(repeating: nil, count: old.count)
    for (index, origin) in origins.enumerated() { if let origin { destination[origin] = index } }
    for (index, account) in oldAccounts.enumerated() where destination[index] == nil { shares.adopt(account, into: defaultTier) }
    moveTickets(destination)
  }

  private mutating func rankTiers() {
    order = tiers.indices.sorted { (tiers[$0].policy.priority, $1) > (tiers[$1].policy.priority, $0) }
    let ranks = Set(tiers.map(\.policy.priority)).sorted(by: >)
    strictestTolerance = tiers.reduce(Double.infinity) { min($0, $1.policy.breaker.latencyTolerance) }
    let span = settings.longestPatience - settings.shortestPatience
    for tier in tiers.indices {
      let rank = ranks.firstIndex(of: tiers[tier].policy.priority) ?? 0
      tiers[tier].patience = settings.shortestPatience + span * Double(rank) / Double(max(1, ranks.count - 1))
    }
  }

  /// Breakers keep their state; their thresholds are the policy's.
  private mutating func refitBreakers(_ tier: Int) {
    for index in backends.indices {
      let before = tiers[tier].breakers.indices.contains(index) ? tiers[tier].breakers[index] : nil
      tiers[tier].resetBreaker(index, settings)
      if let before, policy.circuitBreakers { tiers[tier].breakers[index].inherit(before) }
    }
  }

  private mutating func moveTickets(_ destination: [Int?]) {
    var orphans: [UInt32] = []
    for index in table.liveIndices {
      guard let tier = destination[table[index].tier] else {
        orphans.append(index)
        continue
      }
      table[index].tier = tier
    }
    adopt(orphans)
  }

  /// Moves tickets of vanished tiers into the default tier, in the order of their arrival among those who wait there.
  private mutating func adopt(_ orphans: [UInt32]) {
    guard !orphans.isEmpty else { return }
    // An orphan's tier is still an index of the old policy, which may be that of the new default tier.
    let lost = Set(orphans)
    var line = table.liveIndices.filter { table[$0].tier == defaultTier && table[$0].place == .waiting && !lost.contains($0) }
    let residents = Set(line)
    for index in orphans {
      table[index].tier = defaultTier
      if table[index].place == .running {
        table[index].tenant = tiers[defaultTier].queue.adoptRunning(table[index].tenantKey)
      } else {
        line.append(index)
      }
    }
    for index in line where residents.contains(index) { tiers[defaultTier].queue.remove(index, &table) }
    for index in line.sorted(by: { table[$0].sequence < table[$1].sequence }) { tiers[defaultTier].queue.append(index, &table) }
  }

  // MARK: Backends

  private mutating func replaceBackends(_ wanted: [Backend]) {
    for index in backends.indices {
      guard !backends[index].isGone, !wanted.contains(where: { $0.id == addresses[index].id }) else { continue }
      backends[index].draining = true
      if backends[index].inUse == 0 { backends[index].leave(settings) }
    }
    for backend in wanted {
      if let index = backendIndex(id: backend.id) {
        addresses[index] = backend
        backends[index].draining = false
      } else {
        add(backend)
      }
    }
  }

  private mutating func add(_ backend: Backend) {
    let index = backends.firstIndex { $0.isGone } ?? backends.count
    if index == backends.count {
      backends.append(BackendState(settings: settings))
      addresses.append(backend)
    }
    addresses[index] = backend
    backends[index] = BackendState(settings: settings)
    if let start { backends[index].baseline.add(start.serviceTime.inSeconds) }
    backends[index].affinityKey = PrefixAffinity.key(of: backend.id)
    for tier in tiers.indices { tiers[tier].resetBreaker(index, settings) }
  }
}
