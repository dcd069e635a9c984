import Scheduling

/// How much servers can do, and how much is asked of them.
enum ServerCapacity {
  /// Seconds that a mean request of the traffic takes in a full batch.
  static func serviceTime(of traffic: Traffic, at server: ServerModel) -> Double {
    let alone =
      server.firstToken.inSeconds + server.perPromptToken.inSeconds * Double(traffic.promptTokens)
      + server.perToken.inSeconds * Double(traffic.outputTokens)
    return alone * (1 + server.slowdown * Double(server.maximumSequences - 1))
  }

  /// Requests a second that the servers can do when all of them are like the traffic's, with every place taken.
  static func requestsPerSecond(of servers: [ServerModel], for traffic: Traffic) -> Double {
    servers.reduce(0) { $0 + Double($1.maximumSequences) / serviceTime(of: traffic, at: $1) }
  }
}

extension Scenario {
  /// The same requests at the same servers, so few that none waits for another: what percentiles "unloaded" are measured with.
  ///
  /// Every tier sends a tenth of the capacity, divided by the number of tiers, and nothing goes wrong. It lasts until about
  /// `requests` of the rarest tier have come.
  package func unloaded(requests: Double = 1_000) -> Scenario {
    var quiet = self
    quiet.faults = []
    quiet.warmUp = .zero
    let tiers = Set(traffic.map(\.tier)).count
    var slowest = Double.infinity
    for (index, source) in traffic.enumerated() {
      if case .trace(let rows) = source.arrivals { quiet.traffic[index].sizes = rows }
      let sources = traffic.count { $0.tier == source.tier }
      let rate = 0.1 * ServerCapacity.requestsPerSecond(of: servers, for: source) / Double(tiers * sources)
      quiet.traffic[index].arrivals = .poisson(perSecond: rate)
      quiet.traffic[index].clientPatience = nil
      (quiet.traffic[index].from, quiet.traffic[index].until) = (.zero, nil)
      slowest = min(slowest, rate * Double(sources))
    }
    quiet.duration = Duration(inSeconds: min(requests / max(slowest, 1e-9), Quantity.longest))
    return quiet
  }
}
