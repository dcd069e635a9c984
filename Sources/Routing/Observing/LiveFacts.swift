import Scheduling

/// What is known of a backend at this moment.
package struct LiveBackend: Sendable, Equatable {
  package enum Health: String, Sendable, CaseIterable {
    case healthy, degraded, unhealthy
    /// Nobody has looked; it may be asked.
    case unknown
  }

  package var health = Health.unknown
  package var breaker = BreakerState.closed
  /// Requests in use ÷ room for requests, 0–1.
  package var load = 0.0
  /// Share of its key-value cache in use, 0–1.
  package var cachePressure = 0.0
  /// How long a request waits there before it is served, in seconds.
  package var queueSeconds = 0.0
  /// Seconds from being served to the last token, by type of task; not a number where nothing is measured.
  package var latencySeconds = TaskTable(repeating: Double.nan)
  /// It is in memory already: choosing it loads nothing.
  package var isLoaded = false

  package init() {}

  package var isUsable: Bool { health != .unhealthy && breaker != .open }
  /// The part of its room that is free; half of it while it is not quite trusted.
  var headroom: Double {
    // A figure that is no number says nothing good.
    guard !load.isNaN, !cachePressure.isNaN else { return 0 }
    let free = 1 - min(max(load, cachePressure, 0), 1)
    return health == .degraded || breaker == .halfOpen ? free / 2 : free
  }
}

/// What is known of the machine this program runs on, at this moment.
package struct LiveHost: Sendable, Equatable {
  /// 0–1; `nil` when nobody measures it.
  package var memoryPressure: Double?
  /// Bytes that a model could take, after what is kept in reserve and what models on their way in will take; `nil` when nobody
  /// measures it, and then nothing is refused for its memory.
  package var roomBytes: Int64?
  /// Bytes that could be given out without swapping.
  package var availableBytes: Int64?
  /// Share of the processors' time in use, 0–1; `nil` when nobody measures it.
  package var cpuUsage: Double?

  package init(memoryPressure: Double? = nil, roomBytes: Int64? = nil, availableBytes: Int64? = nil, cpuUsage: Double? = nil) {
    self.memoryPressure = memoryPressure
    self.roomBytes = roomBytes
    self.availableBytes = availableBytes
    self.cpuUsage = cpuUsage
  }
}

/// All that a choice may know beside the catalogue.
package struct LiveFacts: Sendable, Equatable {
  /// In the order of ``ModelCatalog/backends``; one that is missing is unknown and idle.
  package var backends: [LiveBackend]
  package var host: LiveHost

  package init(backends: [LiveBackend] = [], host: LiveHost = LiveHost()) {
    self.backends = backends
    self.host = host
  }

  func backend(_ index: Int) -> LiveBackend { index < backends.count ? backends[index] : LiveBackend() }
}
