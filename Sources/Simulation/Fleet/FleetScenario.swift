import Fleet
import Scheduling

/// Several proxies in front of the same servers: who gets what, and what happens when one of them comes, goes, or cannot be heard.
package struct FleetScenario: Sendable {
  package enum Fault: Sendable, Equatable {
    /// Ends at once: its requests are lost, its connections break.
    case crash(proxy: Int)
    /// Starts, or starts again, as another process at the same address.
    case start(proxy: Int)
    /// Says that it leaves, serves what it has, and ends.
    case leave(proxy: Int)
    /// Proxies hear only those of their own group.
    case partition([[Int]])
    case heal
  }

  package var policy = SchedulingPolicy.standard
  package var servers: [ServerModel]
  /// By proxy. The requests of one that is down go to the next that is up, as a load balancer would send them.
  package var traffic: [[Traffic]]
  package var faults: [(at: Duration, fault: Fault)] = []
  /// Proxies that are not there at the start.
  package var absent: Set<Int> = []
  /// New requests arrive until then.
  package var duration: Duration
  package var warmUp = Duration.zero
  package var fleet = FleetSettings()
  package var settings = SchedulerSettings()
  package var reportInterval: Duration
  /// Of a datagram: evenly between half of it and one and a half.
  package var delay: Duration = .microseconds(500)
  /// The part of datagrams that get lost, 0 to 1.
  package var loss = 0.0
  package var seed: UInt64

  package init(servers: [ServerModel], traffic: [[Traffic]], duration: Duration, reportInterval: Duration, seed: UInt64) {
    self.servers = servers
    self.traffic = traffic
    self.duration = duration
    self.reportInterval = reportInterval
    self.seed = seed
  }
}
