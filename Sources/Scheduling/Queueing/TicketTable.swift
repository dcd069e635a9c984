/// All live tickets of a pool, in one array with a free list: no allocation per ticket once the array has grown.
package struct TicketTable: Sendable {
  private(set) var entries = ContiguousArray<TicketEntry>()
  /// Order of arrival inside a tier.
  var arrivalLinks = ContiguousArray<TicketList.Links>()
  /// Order of turns: inside a tenant, or among the tickets that came back from one backend.
  var turnLinks = ContiguousArray<TicketList.Links>()
  private var free = ContiguousArray<UInt32>()

  /// Tickets waiting or running.
  var count: Int { entries.count - free.count }

  subscript(index: UInt32) -> TicketEntry {
    get { entries[Int(index)] }
    _modify { yield &entries[Int(index)] }
  }

  /// The index of a live ticket; `nil` for one that has ended.
  func find(_ ticket: Ticket) -> UInt32? {
    guard ticket.index < entries.count else { return nil }
    let entry = entries[Int(ticket.index)]
    return entry.generation == ticket.generation && entry.place != .free ? ticket.index : nil
  }

  /// The indices of all live tickets, in no particular order: a walk over everything.
  var liveIndices: [UInt32] { entries.indices.filter { entries[$0].place != .free }.map { UInt32($0) } }

  func ticket(at index: UInt32) -> Ticket { Ticket(index: index, generation: entries[Int(index)].generation) }

  mutating func insert(_ entry: TicketEntry) -> UInt32 {
    var entry = entry
    if let index = free.popLast() {
      entry.generation = entries[Int(index)].generation
      entries[Int(index)] = entry
      return index
    }
    entries.append(entry)
    arrivalLinks.append(TicketList.Links())
    turnLinks.append(TicketList.Links())
    return UInt32(entries.count - 1)
  }

  mutating func remove(_ index: UInt32) {
    entries[Int(index)].place = .free
    entries[Int(index)].generation &+= 1
    free.append(index)
  }
}
