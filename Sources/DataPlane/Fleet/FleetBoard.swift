import Fleet
import Scheduling
import Synchronization

/// What is known of the fleet at the moment, for metrics and status, from any thread.
package struct FleetSnapshot: Sendable, Equatable {
  package struct Backend: Sendable, Equatable {
    package var pool: String
    package var backend: String
    /// Slots that are this proxy's.
    package var part: Int
    /// Slots in use by other proxies, as they last said.
    package var elsewhere: Int
  }

  /// Other proxies that are heard.
  package var peers: [FleetAddress] = []
  package var suspected: [FleetAddress] = []
  package var counters = FleetCounters()
  /// Empty while this proxy is alone.
  package var backends: [Backend] = []
}

/// Holds the last snapshot; `nil` without a fleet.
final class FleetBoard: Sendable {
  private let current = Mutex<FleetSnapshot?>(nil)

  var snapshot: FleetSnapshot? {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }
}
