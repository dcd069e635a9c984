import Scheduling

/// One request of a simulation, from the client's side.
///
/// ```
///   new ──submit──▶ waiting ──dispatch──▶ running ──▶ ended
///    └──refused──▶ ended   ▲                │
///                          └────retry───────┘
/// ```
struct SimulatedRequest: Sendable {
  enum Stage: Sendable, Equatable { case waiting, running, ended }

  var traffic: Int
  var tier: Int
  var tenant: UInt64
  var promptTokens: Int
  var outputTokens: Int
  var arrived: MonotonicTime
  var ticket: Ticket?
  var stage = Stage.waiting
  var attempts = 0
  var server = -1
  var hasFirstToken = false
  var wait = 0.0
  /// From arrival, in seconds.
  var timeToFirstToken = 0.0
  /// Arrived after the warm-up.
  var counts: Bool

  var work: Double { Double(Work.tokens(prompt: promptTokens, output: outputTokens)) }
}
