import Scheduling

/// A what-if: whose requests arrive when, at which servers, under which policy, and what goes wrong.
package struct Scenario: Sendable {
  package var policy: SchedulingPolicy
  package var servers: [ServerModel]
  package var traffic: [Traffic]
  package var faults: [Fault] = []
  /// New requests arrive until then; what has been admitted is served to its end.
  package var duration: Duration
  package var settings = SchedulerSettings()
  /// How often servers that report are asked.
  package var reportInterval: Duration
  /// How old a report is when it arrives.
  package var reportLag = Duration.zero
  /// Requests that arrive before this time are served but not counted: the system warms up.
  package var warmUp = Duration.zero
  /// The same scenario with the same seed runs exactly the same.
  package var seed: UInt64

  package init(
    policy: SchedulingPolicy = .standard, servers: [ServerModel], traffic: [Traffic], duration: Duration,
    reportInterval: Duration = .seconds(1), seed: UInt64 = 1
  ) {
    self.policy = policy
    self.servers = servers
    self.traffic = traffic
    self.duration = duration
    self.reportInterval = reportInterval
    self.seed = seed
  }
}
