/// A doubly linked list of tickets that lives in the ticket table: appending, removing from anywhere, and looking at
/// both ends cost O(1) and never allocate.
package struct TicketList: Sendable {
  /// The place of one ticket in one list.
  struct Links: Sendable {
    var next: UInt32 = TicketList.none
    var previous: UInt32 = TicketList.none
  }

  static let none = UInt32.max

  private(set) var first = none
  private(set) var last = none
  package private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  mutating func append(_ ticket: UInt32, _ links: inout ContiguousArray<Links>) {
    links[Int(ticket)] = Links(next: Self.none, previous: last)
    if last == Self.none { first = ticket } else { links[Int(last)].next = ticket }
    last = ticket
    count += 1
  }

  mutating func prepend(_ ticket: UInt32, _ links: inout ContiguousArray<Links>) {
    links[Int(ticket)] = Links(next: first, previous: Self.none)
    if first == Self.none { last = ticket } else { links[Int(first)].previous = ticket }
    first = ticket
    count += 1
  }

  mutating func remove(_ ticket: UInt32, _ links: inout ContiguousArray<Links>) {
    let place = links[Int(ticket)]
    if place.previous == Self.none { first = place.next } else { links[Int(place.previous)].next = place.next }
    if place.next == Self.none { last = place.previous } else { links[Int(place.next)].previous = place.previous }
    count -= 1
  }
}
