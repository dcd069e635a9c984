/// What a scheduler needs and has, for dividing a pool among several: a snapshot.
package struct PoolDemand: Sendable, Equatable {
  package struct Tier: Sendable, Equatable {
    package var name: String
    package var inUse: Int
    package var waiting: Int
    /// The oldest has waited longer than its tier's patience.
    package var isStarved: Bool
  }

  package struct Backend: Sendable, Equatable {
    package var index: Int
    package var id: String
    /// Of the server, for everyone who uses it.
    package var limit: Int
    package var isReported: Bool
    package var inUse: Int
    /// Some tier's breaker is not open.
    package var isUsable: Bool
  }

  /// Reference service time.
  package var reference: Duration?
  package var tiers: [Tier]
  /// Those in service.
  package var backends: [Backend]
}
