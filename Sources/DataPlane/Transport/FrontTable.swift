import Scheduling

/// A connection in front of the requests' own machine: one in its TLS handshake, or one of HTTP/2.
protocol Front: AnyObject {
  /// The handshake has taken too long.
  func deadlinePassed()
  /// The process is being stopped: what is under way may end.
  func drain()
  func close()
}

/// The fronts of one event loop.
struct FrontTable {
  /// In the order of their deadlines: all are given the same time.
  private var handshakes: [(front: any Front, deadline: UInt64)] = []
  private var settled: [ObjectIdentifier: any Front] = [:]

  /// - Parameter deadline: When its handshake must be over, in nanoseconds.
  mutating func beginHandshake(_ front: any Front, deadline: UInt64) { handshakes.append((front, deadline)) }

  mutating func endHandshake(_ front: any Front) { handshakes.removeAll { $0.front === front } }

  mutating func settle(_ front: any Front) { settled[ObjectIdentifier(front)] = front }

  mutating func remove(_ front: any Front) { settled[ObjectIdentifier(front)] = nil }

  var all: [any Front] { handshakes.map(\.front) + Array(settled.values) }

  mutating func takeLate(now: MonotonicTime) -> [any Front] {
    guard let first = handshakes.first, first.deadline < now.nanoseconds else { return [] }
    let late = handshakes.prefix { $0.deadline < now.nanoseconds }.map(\.front)
    handshakes.removeFirst(late.count)
    return late
  }
}
