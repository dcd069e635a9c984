/// What one event loop has counted. Each loop counts for itself; they are added up when somebody asks.
struct LoopMetrics: Sendable {
  /// How a request ended.
  enum Outcome: Int, CaseIterable {
    case served, refused, upstreamFailed, broken, clientGone

    var label: String {
      switch self {
      case .served: "served"
      case .refused: "refused"
      case .upstreamFailed: "upstream_failed"
      case .broken: "broken"
      case .clientGone: "client_gone"
      }
    }
  }

  struct Answer: Hashable {
    var status: Int
    var outcome: Outcome
  }

  /// The requests of one tier to one pool.
  struct Series: Sendable {
    var answers: [Answer: UInt64] = [:]
    var waits = Histogram()
    var services = Histogram()
    /// Of answers that come as event streams.
    var firstTokens = Histogram()
    /// Of requests that were served, from the arrival to the last byte.
    var answered = Histogram()
    var promptTokens: UInt64 = 0
    var outputTokens: UInt64 = 0
    var retries: UInt64 = 0

    mutating func add(_ other: Series) {
      answers.merge(other.answers, uniquingKeysWith: +)
      waits.add(other.waits)
      services.add(other.services)
      firstTokens.add(other.firstTokens)
      answered.add(other.answered)
      promptTokens += other.promptTokens
      outputTokens += other.outputTokens
      retries += other.retries
    }
  }

  var series: [Series] = []
  /// Requests that never reached a pool, by status.
  var rejected: [Int: UInt64] = [:]
  var clientConnections = 0
  var busyConnections = 0
  var backendConnections = 0

  subscript(index: Int) -> Series {
    _read {
      yield series[index]
    }
    _modify {
      while series.count <= index { series.append(Series()) }
      yield &series[index]
    }
  }

  mutating func add(_ other: LoopMetrics) {
    for index in other.series.indices { self[index].add(other.series[index]) }
    rejected.merge(other.rejected, uniquingKeysWith: +)
    clientConnections += other.clientConnections
    busyConnections += other.busyConnections
    backendConnections += other.backendConnections
  }
}
