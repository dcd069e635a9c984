import NIOCore
import Scheduling
import Synchronization

/// A slot at a backend for the request named by `tag`.
struct Grant {
  var tag: Tag
  var ticket: Ticket
  var backend: Int
  /// The number of the backend's address.
  var endpoint: Int
  /// In nanoseconds.
  var waited: UInt64
  /// How long the backend may stay silent, in nanoseconds; `nil` while nothing is known.
  var timeout: UInt64?
}

/// What the scheduler decided for a connection of another loop.
enum LoopEvent {
  case granted(Grant)
  case evicted(Tag, Refusal)
}

/// Where decisions for the connections of one event loop are left, from any thread.
final class LoopInbox: Sendable {
  private let events = Mutex<[LoopEvent]>([])

  /// - Returns: Whether the inbox was empty, so that its loop must be told.
  func push(_ event: LoopEvent) -> Bool {
    events.withLock { events in
      events.append(event)
      return events.count == 1
    }
  }

  /// Takes everything; `spare` becomes the new storage, so that no memory is allocated in the steady state.
  func take(into spare: inout [LoopEvent]) {
    events.withLock { swap(&$0, &spare) }
  }
}

/// The loops whose inbox was empty before: one bit each.
struct Wakeups: OptionSet {
  var rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  mutating func insert(loop: Int) { rawValue |= 1 << UInt64(loop) }
}
