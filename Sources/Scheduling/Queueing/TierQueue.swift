/// The waiting tickets of one tier: fair between tenants, first come first served within a tenant.
///
/// Virtual token counters (Sheng et al., OSDI 2024): a tenant is charged the tokens it is served; the tenant with the
/// least charge goes next; one that returns from idleness is lifted to the least active charge, so idling earns nothing.
///
/// ```
///   tenant:  unknown ──ticket──▶ ready (in the heap) ──last ticket dispatched──▶ running only
///               ▲                   ▲      │ last ticket leaves                      │ last one ends
///               │                   └──────┼───── ticket ────────────────────────────┤
///               └── its charge is no more than anyone's ◀── idle (remembered) ◀──────┘
/// ```
package struct TierQueue: Sendable {
  struct Tenant: Sendable {
    var key: UInt64
    var charge: Int
    var running = 0
    /// Waiting work, in tokens.
    var work = 0
    var waiting = TicketList()
  }

  /// Every waiting ticket of the tier, oldest first.
  private(set) var arrivals = TicketList()
  /// Tickets that came back from a failed attempt, by the backend that failed: they go before all others.
  private(set) var returned: [TicketList] = []
  private(set) var returnedCount = 0
  /// Waiting work, in tokens.
  private(set) var work = 0

  private(set) var tenants = ContiguousArray<Tenant>()
  private var freeTenants = ContiguousArray<UInt32>()
  private var tenantIndex: [UInt64: UInt32] = [:]
  private var ready = TenantHeap()
  private var idle = TenantHeap()
  /// The charge of the tenant that was served last, before it was charged: "the least active charge" when none waits.
  private var virtualTime = 0

  var count: Int { arrivals.count }
  var isEmpty: Bool { arrivals.isEmpty }
  var readyTenants: Int { ready.count }
  var comparisons: UInt64 { ready.comparisons &+ idle.comparisons }

  /// The ticket whose turn it is, not counting those that came back from a failed attempt.
  var front: UInt32? { ready.first.map { tenants[Int($0.tenant)].waiting.first } }

  /// Work that goes before a new ticket of the tenant: what it has waiting (or one request, when it has nothing), once for
  /// each tenant that takes turns with it, and at most all of it. One tenant's flood is not another one's wait.
  func workAhead(ofTenant key: UInt64, meanCost: Double) -> Double {
    let own = tenantIndex[key].map { Double(tenants[Int($0)].work) } ?? 0
    return min(Double(work), max(own, meanCost) * Double(ready.count))
  }

  mutating func append(_ ticket: UInt32, _ table: inout TicketTable) {
    let tenant = tenant(for: table[ticket].tenantKey)
    table[ticket].tenant = tenant
    table[ticket].place = .waiting
    arrivals.append(ticket, &table.arrivalLinks)
    work += table[ticket].cost
    tenants[Int(tenant)].work += table[ticket].cost
    tenants[Int(tenant)].waiting.append(ticket, &table.turnLinks)
    if tenants[Int(tenant)].waiting.count == 1 { activate(tenant, turn: table[ticket].sequence) }
  }

  /// Puts a ticket whose attempt failed back at the head of the tier; its tenant gets the charge back.
  mutating func putBack(_ ticket: UInt32, _ table: inout TicketTable) {
    let entry = table[ticket]
    while returned.count <= entry.backend { returned.append(TicketList()) }
    table[ticket].place = .returned
    arrivals.prepend(ticket, &table.arrivalLinks)
    returned[entry.backend].append(ticket, &table.turnLinks)
    returnedCount += 1
    work += entry.cost
    charge(entry.tenant, -entry.cost, turn: entry.sequence)
  }

  /// Takes a ticket out because it goes now: its tenant pays.
  mutating func start(_ ticket: UInt32, _ table: inout TicketTable) {
    let entry = table[ticket]
    unlink(ticket, entry, &table)
    // A returned ticket has counted as running all the time.
    if entry.place == .waiting { tenants[Int(entry.tenant)].running += 1 }
    table[ticket].place = .running
    virtualTime = max(virtualTime, tenants[Int(entry.tenant)].charge)
    charge(entry.tenant, entry.cost, turn: entry.sequence)
    forgetIdleTenants()
  }

  /// Takes a ticket out because it will not go: cancelled, or turned away.
  mutating func remove(_ ticket: UInt32, _ table: inout TicketTable) {
    let entry = table[ticket]
    unlink(ticket, entry, &table)
    if entry.place == .returned { tenants[Int(entry.tenant)].running -= 1 }
    retireIfIdle(entry.tenant)
  }

  private mutating func unlink(_ ticket: UInt32, _ entry: TicketEntry, _ table: inout TicketTable) {
    arrivals.remove(ticket, &table.arrivalLinks)
    work -= entry.cost
    guard entry.place == .waiting else {
      returned[entry.backend].remove(ticket, &table.turnLinks)
      returnedCount -= 1
      return
    }
    tenants[Int(entry.tenant)].work -= entry.cost
    tenants[Int(entry.tenant)].waiting.remove(ticket, &table.turnLinks)
    if tenants[Int(entry.tenant)].waiting.isEmpty { ready.remove(entry.tenant) }
  }

  /// The ticket no longer runs; `correction` is what it really cost minus what its tenant was charged.
  mutating func ended(_ entry: TicketEntry, correction: Int) {
    tenants[Int(entry.tenant)].running -= 1
    if correction != 0 { charge(entry.tenant, correction, turn: entry.sequence) }
    retireIfIdle(entry.tenant)
  }

  /// Tokens charged to a tenant since it was last idle; `nil` for one that is unknown (or forgotten).
  package func charge(ofTenant key: UInt64) -> Int? { tenantIndex[key].map { tenants[Int($0)].charge } }

  /// The tenant of a ticket that runs in this tier but was queued in another one.
  mutating func adoptRunning(_ key: UInt64) -> UInt32 {
    let tenant = tenant(for: key)
    idle.remove(tenant)
    tenants[Int(tenant)].running += 1
    return tenant
  }
}

extension TierQueue {
  private mutating func tenant(for key: UInt64) -> UInt32 {
    if let tenant = tenantIndex[key] { return tenant }
    let fresh = Tenant(key: key, charge: leastActiveCharge)
    let tenant: UInt32
    if let reused = freeTenants.popLast() {
      tenant = reused
      tenants[Int(tenant)] = fresh
    } else {
      tenant = UInt32(tenants.count)
      tenants.append(fresh)
    }
    tenantIndex[key] = tenant
    return tenant
  }

  private var leastActiveCharge: Int { ready.first?.charge ?? virtualTime }

  private mutating func activate(_ tenant: UInt32, turn: UInt64) {
    idle.remove(tenant)
    tenants[Int(tenant)].charge = max(tenants[Int(tenant)].charge, leastActiveCharge)
    ready.set(tenant, charge: tenants[Int(tenant)].charge, turn: turn)
  }

  private mutating func charge(_ tenant: UInt32, _ tokens: Int, turn: UInt64) {
    tenants[Int(tenant)].charge += tokens
    if ready.contains(tenant) { ready.set(tenant, charge: tenants[Int(tenant)].charge, turn: turn) }
  }

  /// Remembers an idle tenant while its charge is above the others': it may not come back cheaper than it left.
  private mutating func retireIfIdle(_ tenant: UInt32) {
    let state = tenants[Int(tenant)]
    guard state.running == 0, state.waiting.isEmpty, !idle.contains(tenant) else { return }
    idle.set(tenant, charge: state.charge, turn: UInt64(tenant))
    forgetIdleTenants()
  }

  private mutating func forgetIdleTenants() {
    while let tenant = idle.first, tenant.charge <= virtualTime {
      idle.remove(tenant.tenant)
      tenantIndex[tenants[Int(tenant.tenant)].key] = nil
      freeTenants.append(tenant.tenant)
    }
  }
}
