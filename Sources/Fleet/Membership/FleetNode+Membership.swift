import Scheduling

/// Who is there.
extension FleetNode {
  /// A datagram that its sender has authenticated.
  package mutating func receive(_ message: FleetMessage, from address: FleetAddress, now: MonotonicTime) {
    counters.received += 1
    if message.from == id {
      ownAddresses.insert(address)
      contacts[address] = nil
      return
    }
    guard message.to == id, message.kind != .hello else { return answer(message, from: address, now) }
    guard message.sequence > (members[message.from]?.sequence ?? departed.sequence(of: message.from)) else {
      counters.stale += 1
      return
    }
    if message.kind == .left { return remove(message.from, .left(address), sequence: message.sequence) }
    guard welcome(message, address, now) else { return }
    noteMissed(message.from, now)
    if members[message.from]?.isSuspected == true { newEvents.append(.trusted(address)) }
    if members[message.from]?.isLeaving != (message.kind == .leaving) { markAllDirty() }
    members[message.from]?.heard(message, now)
    for pool in message.pools { pools[pool.pool]?.isDirty = true }
  }

  package mutating func received(_ problem: FleetMessage.Malformed) { counters.malformed[problem, default: 0] += 1 }

  /// A message that does not prove that it was written for this process: its sender is told who this is, at most once an interval. Nothing
  /// that it says is believed.
  private mutating func answer(_ message: FleetMessage, from address: FleetAddress, _ now: MonotonicTime) {
    if message.kind != .hello { counters.stale += 1 }
    guard message.kind != .left, !ownAddresses.contains(address) else { return }
    if contacts[address] == nil {
      guard contacts.count < 2 * settings.maximumMembers else { return }
      contacts[address] = Contact(isConfigured: false, nextHello: now)
    }
    guard contacts[address]?.identifier != message.from else {
      if message.to != id { contacts[address]?.attempts = 0 }
      return
    }
    contacts[address]?.identifier = message.from
    contacts[address]?.attempts = 0
    contacts[address]?.nextHello = now
  }

  /// Makes the sender a member, unless it is one.
  private mutating func welcome(_ message: FleetMessage, _ address: FleetAddress, _ now: MonotonicTime) -> Bool {
    guard members[message.from] == nil else {
      members[message.from]?.address = address
      return true
    }
    for (other, member) in sortedMembers where member.address == address { remove(other, .restarted(address), sequence: member.sequence) }
    guard members.count < settings.maximumMembers - 1 else { return false }
    members[message.from] = FleetMember(address: address, interval: message.interval, now: now)
    if contacts[address] == nil { contacts[address] = Contact(isConfigured: false, nextHello: now) }
    contacts[address]?.identifier = message.from
    newEvents.append(.joined(address))
    markAllDirty()
    // The other one is waiting for the news that it has been heard.
    nextHeartbeat = now
    return true
  }

  mutating func remove(_ id: UInt64, _ event: FleetEvent, sequence: UInt64) {
    guard let member = members.removeValue(forKey: id) else { return }
    departed.add(id, sequence: sequence)
    if contacts[member.address]?.isConfigured == false {
      contacts[member.address] = nil
    } else {
      contacts[member.address]?.identifier = 0
      contacts[member.address]?.attempts = 0
    }
    newEvents.append(event)
    markAllDirty()
  }

  /// Time has passed: who was silent for too long?
  mutating func detectFailures(_ now: MonotonicTime) {
    forgiveOwnSilence(now)
    for (id, member) in sortedMembers {
      let silence = now.seconds(since: member.lastHeard)
      if silence > member.patience(intervals: settings.deadIntervals, settings) {
        counters.missed += UInt64(settings.deadIntervals)
        remove(id, .crashed(member.address), sequence: member.sequence)
      } else if !member.isSuspected, silence > member.patience(intervals: settings.suspectIntervals, settings) {
        members[id]?.isSuspected = true
        newEvents.append(.suspected(member.address))
      }
    }
  }

  /// Who was not running could not hear: the time in which this process itself stood still is nobody's silence (as in Lifeguard, Dadgar
  /// et al. 2018).
  private mutating func forgiveOwnSilence(_ now: MonotonicTime) {
    let elapsed = now.seconds(since: steppedAt)
    guard elapsed > settings.interval.inSeconds else { return }
    for (id, member) in members {
      members[id]?.lastHeard = min(now, member.lastHeard.advanced(bySeconds: elapsed))
      members[id]?.lastHeartbeat = nil
    }
  }

  private mutating func noteMissed(_ id: UInt64, _ now: MonotonicTime) {
    guard let member = members[id], member.interval > 0 else { return }
    let missed = Int(now.seconds(since: member.lastHeard) / member.interval) - 1
    if missed > 0 { counters.missed += UInt64(missed) }
  }

  /// Configured addresses at which nobody has answered yet, while they still may: somebody may be there who uses the backends.
  func unheard(_ now: MonotonicTime) -> Int {
    let patience = settings.deadIntervals * settings.interval.inSeconds
    guard now.seconds(since: startedAt) < patience else { return 0 }
    let heard = Set(members.values.map(\.address))
    return contacts.reduce(0) { $0 + ($1.value.isConfigured && !heard.contains($1.key) && !ownAddresses.contains($1.key) ? 1 : 0) }
  }
}
