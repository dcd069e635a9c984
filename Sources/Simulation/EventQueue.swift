import Scheduling

/// What can happen in a simulation.
enum Event: Sendable, Equatable {
  /// The next request of a traffic source; with its row, when recorded.
  case arrival(traffic: Int, row: Int)
  /// The earliest progress of a server's batch, unless the batch has changed since.
  case progress(server: Int, version: UInt64)
  /// A connection is refused.
  case connectionRefused(request: Int, attempt: Int)
  case clientLeaves(request: Int)
  /// A server is asked how busy it is.
  case report(server: Int)
  /// Its answer arrives.
  case reported(server: Int, BackendReport)
  case fault(Int)
}

/// Events by time; of equal times the one that was added first.
struct EventQueue: Sendable {
  struct Entry: Sendable {
    var time: MonotonicTime
    var sequence: UInt64
    var event: Event
  }

  private var heap = BinaryHeap<Entry> { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
  private var sequence: UInt64 = 0

  var nextTime: MonotonicTime? { heap.first?.time }

  mutating func add(_ event: Event, at time: MonotonicTime) {
    sequence += 1
    heap.insert(Entry(time: time, sequence: sequence, event: event))
  }

  mutating func pop() -> Entry? { heap.pop() }
}
