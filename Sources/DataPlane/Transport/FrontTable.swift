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
  private var fronts: [Int: any Front] = [:]
  private var nextNumber = 0
  /// Of handshakes, in their order: all are given the same time. Those that are over are passed by when their time comes.
  private var deadlines: [(number: Int, nanoseconds: UInt64)] = []
  private var firstDeadline = 0

  /// - Parameter deadline: When its handshake must be over, in nanoseconds.
  /// - Returns: The number that names it.
  mutating func add(_ front: any Front, deadline: UInt64? = nil) -> Int {
    nextNumber += 1
    fronts[nextNumber] = front
    if let deadline { deadlines.append((nextNumber, deadline)) }
    return nextNumber
  }

  mutating func remove(_ number: Int) { fronts[number] = nil }

  var all: [any Front] { Array(fronts.values) }

  /// The next deadline of a handshake, in nanoseconds; `.max` without one.
  var soonest: UInt64 { firstDeadline < deadlines.count ? deadlines[firstDeadline].nanoseconds : .max }

  /// The handshakes that should be over.
  mutating func takeLate(now: MonotonicTime) -> [any Front] {
    var late: [any Front] = []
    while firstDeadline < deadlines.count, deadlines[firstDeadline].nanoseconds <= now.nanoseconds {
      if let front = fronts[deadlines[firstDeadline].number] { late.append(front) }
      firstDeadline += 1
    }
    // Most of the list has been seen: what is left moves to its beginning.
    if firstDeadline > 64, firstDeadline * 2 > deadlines.count {
      deadlines.removeFirst(firstDeadline)
      firstDeadline = 0
    }
    return late
  }
}
