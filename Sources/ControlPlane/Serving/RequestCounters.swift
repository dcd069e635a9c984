import Synchronization

/// Counts answered requests for `/metrics`.
final class RequestCounters: Sendable {
  private struct Key: Hashable {
    let method: String
    let code: Int
  }

  private let counts = Mutex<[Key: Int]>([:])

  func count(method: String, code: Int) {
    counts.withLock { $0[Key(method: method, code: code), default: 0] += 1 }
  }

  /// Method, code and count, in a stable order.
  var all: [(method: String, code: Int, count: Int)] {
    counts.withLock { $0 }.map { ($0.key.method, $0.key.code, $0.value) }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
  }
}
