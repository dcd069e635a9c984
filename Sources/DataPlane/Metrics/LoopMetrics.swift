import Scheduling

/// What one event loop has counted. Each loop counts for itself; they are added up when somebody asks.
struct LoopMetrics: Sendable {
  /// How a request ended.
  enum Outcome: Int, CaseIterable {
    case served, refused, upstreamFailed, broken, clientGone

    var label: StaticString {
      switch self {
      case .served: "served"
      case .refused: "refused"
      case .upstreamFailed: "upstream_failed"
      case .broken: "broken"
      case .clientGone: "client_gone"
      }
    }
  }

  struct Answer: Equatable {
    var status: Int
    var outcome: Outcome
  }

  /// What went wrong, and whose fault it was. The codes are those of `ProxyError`: fixed words.
  struct Fault: Equatable {
    var origin: ProxyError.Origin
    var code: String

    init(_ error: ProxyError) {
      origin = error.origin
      code = error.code
    }
  }

  /// Requests that carry a token.
  struct Tokens: Sendable {
    var known: UInt64 = 0
    var unknown: UInt64 = 0
    /// Its claims name no tier of the pool.
    var withoutTier: UInt64 = 0
  }

  struct Rejection: Equatable {
    var status: Int
    var fault: Fault
  }

  var series: [TierMetrics] = []
  /// Requests by variant of a route: see `VariantRegistry`.
  var variants: [UInt64] = []
  var sessions = SessionMetrics()
  /// Requests that never reached a pool.
  var rejected = CountTable<Rejection>()
  var tokens = Tokens()
  var clientConnections = 0
  var busyConnections = 0
  var backendConnections = 0
  /// TLS handshakes that failed, or took too long.
  var failedHandshakes: UInt64 = 0

  subscript(index: Int) -> TierMetrics {
    _read {
      yield series[index]
    }
    _modify {
      while series.count <= index { series.append(TierMetrics()) }
      yield &series[index]
    }
  }

  mutating func countVariant(_ number: Int) {
    while variants.count <= number { variants.append(0) }
    variants[number] &+= 1
  }

  mutating func add(_ other: LoopMetrics) {
    while variants.count < other.variants.count { variants.append(0) }
    for index in other.variants.indices { variants[index] += other.variants[index] }
    for index in other.series.indices { self[index].add(other.series[index]) }
    tokens.known += other.tokens.known
    tokens.unknown += other.tokens.unknown
    tokens.withoutTier += other.tokens.withoutTier
    rejected.add(other.rejected)
    sessions.add(other.sessions)
    clientConnections += other.clientConnections
    busyConnections += other.busyConnections
    backendConnections += other.backendConnections
    failedHandshakes += other.failedHandshakes
  }
}
