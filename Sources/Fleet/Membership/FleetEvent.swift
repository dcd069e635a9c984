/// Something about the fleet that people want to read in a log.
package enum FleetEvent: Sendable, Equatable {
  case joined(FleetAddress)
  /// Silent for some heartbeats.
  case suspected(FleetAddress)
  /// Heard again before it was given up.
  case trusted(FleetAddress)
  /// Said so.
  case left(FleetAddress)
  /// Silent for too long.
  case crashed(FleetAddress)
  /// Another process at the same address.
  case restarted(FleetAddress)
}

/// What a proxy has counted about its fleet since the start.
package struct FleetCounters: Sendable, Equatable {
  package var sent: UInt64 = 0
  package var received: UInt64 = 0
  /// Heartbeats that should have come and did not, as seen when a later one came or its sender was given up.
  package var missed: UInt64 = 0
  /// Datagrams that were not heeded, by reason.
  package var malformed: [FleetMessage.Malformed: UInt64] = [:]
  /// Authentic, and older than one that came before, or for another process.
  package var stale: UInt64 = 0

  package init() {}
}
