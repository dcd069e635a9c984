import Scheduling

/// What the others are told, and when.
extension FleetNode {
  /// What is to be sent now; call after the parts of `step` are in force and `observe` has said what is in use.
  package mutating func datagrams(now: MonotonicTime) -> [FleetDatagram] {
    outbox = []
    sayHello(now)
    if now >= nextHeartbeat {
      // From the plan and not from now, so that the mean rate is kept; what was missed is not caught up.
      nextHeartbeat = max(nextHeartbeat.advanced(by: settings.interval), now)
      announce(isLeaving ? .leaving : .heartbeat, pools.keys.sorted(), now)
    } else if sentAt.map({ now.since($0) * settings.newsPerInterval >= settings.interval }) ?? true {
      let news = pools.keys.sorted().filter { isNews($0) }
      if !news.isEmpty { announce(isLeaving ? .leaving : .news, news, now) }
    }
    counters.sent += UInt64(outbox.count)
    return outbox
  }

  /// The last words: sent more than once, because nobody would ask for them again.
  package mutating func farewell() -> [FleetDatagram] {
    outbox = []
    for _ in 0..<2 { for (id, member) in sortedMembers { send(.left, to: member.address, id, []) } }
    counters.sent += UInt64(outbox.count)
    return outbox
  }

  private mutating func sayHello(_ now: MonotonicTime) {
    let heard = Set(members.values.map(\.address))
    for (address, contact) in contacts.sorted(by: { $0.key < $1.key }) where contact.nextHello <= now && !heard.contains(address) {
      // A contact that nobody configured and that does not answer is forgotten.
      if !contact.isConfigured, contact.attempts > settings.maximumDoublings {
        contacts[address] = nil
        continue
      }
      let doublings = min(contact.attempts, settings.maximumDoublings)
      contacts[address]?.attempts += 1
      contacts[address]?.nextHello = now.advanced(by: settings.interval * (1 << doublings))
      send(contact.identifier == 0 ? .hello : .heartbeat, to: address, contact.identifier, [])
    }
  }

  /// Something that another proxy may be waiting for: demand that appeared, slots that came free, a limit that changed.
  private func isNews(_ name: UInt64) -> Bool {
    guard !members.isEmpty, let pool = pools[name] else { return false }
    guard let old = pool.announced else { return true }
    for tier in pool.observed.tiers {
      let before = old.demand(of: tier.tier) ?? TierDemand(tier: tier.tier, inUse: 0, waiting: 0)
      if (tier.waiting > 0) != (before.waiting > 0) { return true }
      if tier.waiting > 0, tier.demand > before.demand + before.demand / 4 + 1 { return true }
    }
    let othersWait = members.values.contains { $0.pools[name]?.state.isWaiting == true }
    for backend in pool.observed.backends {
      guard let before = old.claim(on: backend.backend) else { return true }
      if backend.limit != before.limit || backend.isUsable != before.isUsable { return true }
      if othersWait, backend.claim != before.claim { return true }
    }
    return false
  }

  private mutating func announce(_ kind: FleetMessage.Kind, _ names: [UInt64], _ now: MonotonicTime) {
    let states = names.compactMap { pools[$0]?.observed }
    for (id, member) in sortedMembers {
      for batch in Self.batches(states, settings.maximumDatagram) { send(kind, to: member.address, id, batch) }
    }
    for (name, state) in zip(names, states) {
      pools[name]?.announced = state
      pools[name]?.isDirty = true
    }
    sentAt = now
  }

  private mutating func send(_ kind: FleetMessage.Kind, to address: FleetAddress, _ id: UInt64, _ states: [PoolState]) {
    sequence += 1
    outbox.append(
      FleetDatagram(
        to: address,
        message: FleetMessage(kind: kind, from: self.id, to: id, sequence: sequence, interval: settings.interval, pools: states)))
  }

  /// Splits what does not fit into one datagram; pools with many backends too. Never empty: a heartbeat without pools is one as well.
  static func batches(_ states: [PoolState], _ maximum: Int) -> [[PoolState]] {
    var batches: [[PoolState]] = [[]]
    var room = maximum - FleetMessage.headLength
    for state in states {
      let head = PoolState.headLength + state.tiers.count * PoolState.tierLength
      var rest = state.backends[...]
      repeat {
        if room < head + min(1, rest.count) * PoolState.backendLength, batches[batches.count - 1].isEmpty == false {
          batches.append([])
          room = maximum - FleetMessage.headLength
        }
        let count = min(rest.count, max(1, (room - head) / PoolState.backendLength), 255)
        var piece = state
        piece.backends = Array(rest.prefix(count))
        batches[batches.count - 1].append(piece)
        rest = rest.dropFirst(count)
        room -= head + count * PoolState.backendLength
      } while !rest.isEmpty
    }
    return batches
  }
}
