/// What one event loop has counted of WebSocket sessions, by the number of their (pool, tier).
struct SessionMetrics: Sendable {
  struct Counts: Sendable {
    var open = 0
    var ended: [LoopMetrics.Outcome: UInt64] = [:]
    /// From clients, and to them.
    var bytesIn: UInt64 = 0
    var bytesOut: UInt64 = 0
    var messagesIn: UInt64 = 0
    var messagesOut: UInt64 = 0
  }

  private(set) var counts: [Counts] = []

  var open: Int { counts.reduce(0) { $0 + $1.open } }

  subscript(index: Int) -> Counts {
    get { index < counts.count ? counts[index] : Counts() }
    set {
      while counts.count <= index { counts.append(Counts()) }
      counts[index] = newValue
    }
  }

  mutating func add(_ other: SessionMetrics) {
    for index in other.counts.indices {
      let theirs = other.counts[index]
      self[index].open += theirs.open
      self[index].ended.merge(theirs.ended, uniquingKeysWith: +)
      self[index].bytesIn += theirs.bytesIn
      self[index].bytesOut += theirs.bytesOut
      self[index].messagesIn += theirs.messagesIn
      self[index].messagesOut += theirs.messagesOut
    }
  }
}

extension MetricsText {
  /// - Parameter labels: Of a (pool, tier) by its number; `nil` for one that is not shown.
  mutating func sessions(_ metrics: SessionMetrics, labels: (Int) -> [(String, String)]?) {
    let rows = metrics.counts.enumerated().compactMap { number, counts in labels(number).map { ($0, counts) } }
    family("qos_open_sessions", .gauge, "WebSocket sessions that are open.")
    for (labels, counts) in rows { sample("qos_open_sessions", labels, counts.open) }
    family("qos_sessions_total", .counter, "WebSocket sessions by how they ended.")
    for (labels, counts) in rows {
      for (outcome, count) in counts.ended.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        sample("qos_sessions_total", labels + [("outcome", "\(outcome.label)")], count)
      }
    }
    family("qos_session_messages_total", .counter, "Messages of ended WebSocket sessions, from clients and to them.")
    for (labels, counts) in rows {
      sample("qos_session_messages_total", labels + [("direction", "in")], counts.messagesIn)
      sample("qos_session_messages_total", labels + [("direction", "out")], counts.messagesOut)
    }
    family("qos_session_bytes_total", .counter, "Bytes of WebSocket sessions, from clients and to them.")
    for (labels, counts) in rows {
      sample("qos_session_bytes_total", labels + [("direction", "in")], counts.bytesIn)
      sample("qos_session_bytes_total", labels + [("direction", "out")], counts.bytesOut)
    }
  }
}
