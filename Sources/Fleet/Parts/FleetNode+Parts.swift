import Scheduling

/// Which slots are whose.
extension FleetNode {
  /// Looks who is silent, and divides again what depends on something new.
  /// - Returns: The pools whose parts may have changed: put them in force before the next `datagrams`.
  package mutating func step(now: MonotonicTime) -> [PoolParts] {
    detectFailures(now)
    steppedAt = max(steppedAt, now)
    let unheard = unheard(now)
    var changed: [PoolParts] = []
    for name in pools.keys.sorted() {
      guard pools[name]?.isDirty == true || unheard > 0 else { continue }
      if let parts = divide(name, unheard: unheard, now) { changed.append(parts) }
    }
    return changed
  }

  /// - Returns: The parts, when this proxy shares the pool or has just ceased to.
  private mutating func divide(_ name: UInt64, unheard: Int, _ now: MonotonicTime) -> PoolParts? {
    guard let pool = pools[name] else { return nil }
    pools[name]?.isDirty = unheard > 0
    guard !members.isEmpty || unheard > 0 else {
      guard pool.parts != nil else { return nil }
      pools[name]?.parts = nil
      return PoolParts(pool: name, backends: nil, total: nil, prospect: 0)
    }
    let picture = picture(pool, now)
    guard let own = picture.members.firstIndex(where: { $0.id == id }) else { return nil }
    let division = PoolDivision(picture)
    let total = max(0, division.slots[own] - yielded(division, picture, own: own))
    let parts = trim(division, pool, own: own, total: total, unheard: unheard)
    // More to give up when the next request ends: look again.
    if parts.values.reduce(0, +) > total { pools[name]?.isDirty = true }
    var result = PoolParts(pool: name, backends: [:], total: total, prospect: PoolDivision.prospect(picture, member: own))
    for backend in pool.observed.backends {
      guard let row = division.rows[backend.backend] else { continue }
      let elsewhere = picture.members.indices.reduce(0) {
        $1 == own ? $0 : $0 + (picture.members[$1].state.claim(on: backend.backend)?.inUse ?? 0)
      }
      result.backends?[backend.backend] = PoolParts.Part(
        slots: parts[backend.backend] ?? 0, elsewhere: elsewhere, followed: row.voice == own ? nil : row.limit)
    }
    pools[name]?.parts = parts
    return result
  }

  /// Slots that this proxy leaves free for now, beyond its number, because a ticket of a higher tier waits for one at another proxy: every
  /// request that ends anywhere then makes room for it, as with one scheduler. When it has been served they come back.
  private func yielded(_ division: PoolDivision, _ picture: PoolPicture, own: Int) -> Int {
    guard let lowest = picture.lowestRunning(picture.members[own].state) else { return 0 }
    return picture.members.indices.reduce(0) { sum, member in
      guard member != own, division.missing[member] > 0 else { return sum }
      guard let waiting = picture.highestWaiting(picture.members[member].state), waiting > lowest else { return sum }
      return sum + division.missing[member]
    }
  }

  /// Gives up what is idle beyond this proxy's number of slots; what is in use is given up when it ends.
  private func trim(_ division: PoolDivision, _ pool: OwnPool, own: Int, total: Int, unheard: Int) -> [UInt64: Int] {
    var parts: [UInt64: Int] = [:]
    var idle: [(backend: UInt64, count: Int, surplus: Int)] = []
    for backend in pool.observed.backends {
      guard let row = division.rows[backend.backend] else { continue }
      var part = row.parts[own]
      // Somebody may be there of whom nothing is known yet: as if each of them held an equal part.
      if unheard > 0 { part = min(part, row.limit / (division.slots.count + unheard)) }
      parts[backend.backend] = part
      idle.append((backend.backend, max(0, part - backend.inUse), part - row.ideal[own]))
    }
    var excess = parts.values.reduce(0, +) - total
    idle.sort { $0.surplus != $1.surplus ? $0.surplus > $1.surplus : $0.backend < $1.backend }
    for isSurplus in [true, false] {
      for index in idle.indices where excess > 0 {
        let most = isSurplus ? max(0, min(idle[index].count, idle[index].surplus)) : idle[index].count
        let step = min(excess, most)
        parts[idle[index].backend, default: 0] -= step
        idle[index].count -= step
        idle[index].surplus -= step
        excess -= step
      }
    }
    return parts
  }

  private func picture(_ pool: OwnPool, _ now: MonotonicTime) -> PoolPicture {
    var own = pool.announced ?? pool.observed
    own.backends = pool.observed.backends.map { own.claim(on: $0.backend) ?? $0 }
    var all = [PoolPicture.Member(id: id, isLeaving: isLeaving, state: own)]
    for (id, member) in members {
      all.append(
        PoolPicture.Member(id: id, isLeaving: member.isLeaving, state: member.state(ofPool: own.pool, settings, now)))
    }
    return PoolPicture(rules: pool.rules, members: all)
  }
}
