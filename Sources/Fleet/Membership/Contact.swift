import Scheduling

/// An address at which a proxy may be, and none is known to be.
struct Contact: Sendable {
  /// Named by the configuration or by a name service; otherwise it has spoken to us.
  var isConfigured: Bool
  /// The process there, as it calls itself; not proven yet.
  var identifier: UInt64 = 0
  var nextHello: MonotonicTime
  var attempts = 0
}
