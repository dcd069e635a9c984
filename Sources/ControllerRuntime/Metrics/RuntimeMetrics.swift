import Synchronization

/// Counts of what the runtime does, as plain values for a metrics page.
package final class RuntimeMetrics: Sendable {
  package struct Sample: Sendable, Hashable {
    package let name: String
    package let labels: [String: String]
    package let value: Double
  }
  private struct Name: Hashable {
    let name: String
    let labels: [String: String]
  }

  private let values = Mutex<[Name: Double]>([:])

  package init() {}

  /// Adds to a counter.
  package func add(_ name: String, _ labels: [String: String] = [:], by amount: Double = 1) {
    values.withLock { $0[Name(name: name, labels: labels), default: 0] += amount }
  }

  /// Sets a gauge.
  package func set(_ name: String, _ labels: [String: String] = [:], to value: Double) {
    values.withLock { $0[Name(name: name, labels: labels)] = value }
  }

  package func value(_ name: String, _ labels: [String: String] = [:]) -> Double {
    values.withLock { $0[Name(name: name, labels: labels)] ?? 0 }
  }

  /// All values, by name and labels. Names that end in `_total` are counters, the others gauges.
  package var samples: [Sample] {
    values.withLock { $0.map { Sample(name: $0.key.name, labels: $0.key.labels, value: $0.value) } }
      .sorted { ($0.name, $0.labels.sorted { $0 < $1 }.description) < ($1.name, $1.labels.sorted { $0 < $1 }.description) }
  }
}
