/// Something that happens to a server.
package struct Fault: Sendable {
  package enum Kind: Sendable, Equatable {
    /// This part of the requests is answered with an error, 0 to 1.
    case errors(rate: Double)
    /// Everything takes this many times as long.
    case slow(factor: Double)
    /// Connections break and new ones are refused.
    case vanish
    /// It is well again.
    case recover
    /// The control plane takes it out of the pool, or puts it back.
    case removed
    case added
  }

  package var at: Duration
  /// Index in the scenario's servers.
  package var server: Int
  package var kind: Kind

  package init(at: Duration, server: Int, kind: Kind) {
    self.at = at
    self.server = server
    self.kind = kind
  }
}
