/// The times at which running sequences produce their next token; the earliest first.
struct EventHeap {
  struct Event {
    /// Nanoseconds of engine time.
    let due: UInt64
    let sequence: SequenceID
  }

  private var events: [Event] = []

  var first: Event? { events.first }

  mutating func push(_ event: Event) {
    events.append(event)
    var child = events.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard events[child].due < events[parent].due else { return }
      events.swapAt(child, parent)
      child = parent
    }
  }

  mutating func popFirst() -> Event? {
    guard let top = events.first else { return nil }
    let last = events.removeLast()
    guard !events.isEmpty else { return top }
    events[0] = last
    var parent = 0
    while true {
      var least = parent
      let left = 2 * parent + 1
      if left < events.count, events[left].due < events[least].due { least = left }
      if left + 1 < events.count, events[left + 1].due < events[least].due { least = left + 1 }
      guard least != parent else { return top }
      events.swapAt(parent, least)
      parent = least
    }
  }
}
