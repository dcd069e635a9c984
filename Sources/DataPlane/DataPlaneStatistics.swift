import Scheduling

/// What one data plane knows about itself, for status, dashboards and tests.
package struct DataPlaneStatistics: Sendable {
  package struct Pool: Sendable {
    package var name: String
    package var scheduler: SchedulerStatistics
    package var tiers: [Tier]
  }

  /// Counted since the start; requests that never reached a pool are not in it.
  package struct Tier: Sendable {
    package var name: String
    package var served: UInt64
    package var refused: UInt64
    package var failed: UInt64
    package var clientGone: UInt64
    package var promptTokens: UInt64
    package var outputTokens: UInt64
    /// From the arrival to the first event, of streamed answers.
    package var timeToFirstToken: Histogram
    /// The mean gap between the tokens of one answer, of streamed answers.
    package var interTokenLatency: Histogram
    /// From the arrival to the last byte, of requests that were served.
    package var endToEnd: Histogram
    /// Requests within and outside of what is promised to the tier; failed and refused ones are outside.
    package var compliance: Compliance
    /// USD.
    package var revenue: Double
  }

  /// Of the policy in force; `nil` before the first.
  package var revision: String?
  package var pools: [Pool]
  package var clientConnections: Int
  package var busyConnections: Int
}
