import Scheduling

/// One proxy's part in a fleet: who else is there, what they need, and which slots of the shared backends are this proxy's.
///
/// A value that is polled, as the scheduler is: the shell says what happened and when (`observe`, `receive`), calls `step`, puts the parts
/// in force, says what is in use now (`observe`), and sends what `datagrams` returns.
///
/// ```
///   own pools ──observe──▶ ┌────────────────────────────────────────────┐ ──datagrams──▶ every other proxy
///   datagrams ──receive──▶ │ members ▶ picture ▶ division ▶ trim         │
///   time      ──step─────▶ └────────────────────────────────────────────┘ ──parts──────▶ the schedulers
/// ```
/// *Picture*: the last announcements of everyone, this proxy's own included. *Division*: the same rule everywhere: how many slots each has
/// (`Allotment`) and which ones (`HoldingTable`). *Trim*: what is idle beyond this proxy's number is given up at once, what is in use when it
/// ends. A proxy takes a slot only when nobody else claims it, and claims what it may fill or has filled: so slots move when the one who
/// has them has finished with them and has said so. While views agree the claims never exceed a limit; while they differ, for as
/// long as a datagram travels or as many heartbeats as are lost, two proxies may take the same free slot. Proxies that cannot hear each other
/// at all each take everything, after the time-out of a crash: being available was preferred, and the servers' own queues, which show
/// in their reports, keep the harm small.
///
/// Why not a store or a leader: there would be one more thing to fail. Why not fixed subsets of backends for each proxy (deterministic
/// subsetting, as at Google; Finagle's aperture): they spread connections, not capacity; a proxy with all the demand would be left
/// with its subset. Shares by announced demand are Doorman's idea, without its server.
package struct FleetNode: Sendable {
  package let id: UInt64
  let settings: FleetSettings
  var members: [UInt64: FleetMember] = [:]
  var contacts: [FleetAddress: Contact] = [:]
  /// Addresses under which this proxy hears itself.
  var ownAddresses: Set<FleetAddress> = []
  var pools: [UInt64: OwnPool] = [:]
  var departed = Departed()
  var sequence: UInt64 = 0
  let startedAt: MonotonicTime
  var steppedAt: MonotonicTime
  var nextHeartbeat: MonotonicTime
  var sentAt: MonotonicTime?
  var outbox: [FleetDatagram] = []
  var newEvents: [FleetEvent] = []
  package internal(set) var isLeaving = false
  package internal(set) var counters = FleetCounters()

  /// - Parameter id: drawn by chance, never 0, another one at each start.
  package init(id: UInt64, settings: FleetSettings = .init(), now: MonotonicTime) {
    self.id = max(1, id)
    self.settings = settings
    startedAt = now
    steppedAt = now
    nextHeartbeat = now
  }

  /// Where other proxies may be: a list, or what a name stands for now. One that is no longer named stays while it is heard.
  package mutating func configure(peers: [FleetAddress], now: MonotonicTime) {
    for (address, contact) in contacts where contact.isConfigured && !peers.contains(address) { contacts[address] = nil }
    for address in peers where contacts[address] == nil { contacts[address] = Contact(isConfigured: true, nextHello: now) }
    for address in peers { contacts[address]?.isConfigured = true }
  }

  /// The state of a pool of this proxy, as it is; what `claim` says in it is ignored.
  package mutating func observe(_ state: PoolState, rules: PoolRules, now: MonotonicTime) {
    var pool = pools[state.pool] ?? OwnPool(rules: rules, observed: state)
    if pool.rules != rules { pool.isDirty = true }
    pool.rules = rules
    pool.observe(state, now)
    pools[state.pool] = pool
  }

  /// Pools that this proxy no longer has.
  package mutating func forget(poolsExcept names: Set<UInt64>) {
    for name in pools.keys where !names.contains(name) { pools[name] = nil }
  }

  /// From now on this proxy needs only what it has.
  package mutating func leave(now: MonotonicTime) {
    isLeaving = true
    nextHeartbeat = now
    for name in pools.keys { pools[name]?.isDirty = true }
  }

  package mutating func takeEvents() -> [FleetEvent] {
    defer { newEvents = [] }
    return newEvents
  }

  /// Other proxies that are heard.
  package var peers: [(address: FleetAddress, isSuspected: Bool)] {
    members.values.map { ($0.address, $0.isSuspected) }.sorted { $0.address < $1.address }
  }

  /// In an order that does not depend on chance: the same events give the same datagrams.
  var sortedMembers: [(key: UInt64, value: FleetMember)] { members.sorted { $0.key < $1.key } }

  mutating func markAllDirty() { for name in pools.keys { pools[name]?.isDirty = true } }
}

/// A message and where to send it.
package struct FleetDatagram: Sendable, Equatable {
  package var to: FleetAddress
  package var message: FleetMessage
}

/// Processes that were members, with the last number of each: a recording of one is not heeded.
struct Departed: Sendable {
  private static let capacity = 1024
  private var sequences: [UInt64: UInt64] = [:]
  private var order: [UInt64] = []

  mutating func add(_ id: UInt64, sequence: UInt64) {
    if sequences.updateValue(sequence, forKey: id) == nil { order.append(id) }
    if order.count > Self.capacity { sequences[order.removeFirst()] = nil }
  }

  func sequence(of id: UInt64) -> UInt64 { sequences[id] ?? 0 }
}
