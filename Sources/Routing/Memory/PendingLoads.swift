import Scheduling

/// Models that were chosen and are not in memory yet: what they will take is taken already, or two requests at once would each find
/// room for a model of their own.
package struct PendingLoads: Sendable, Equatable {
  /// A load that has not shown up after so long has failed.
  package static let patience = Duration.seconds(300)

  private struct Load: Sendable, Equatable {
    var bytes: Int64
    var until: MonotonicTime
  }

  /// By backend.
  private var loads: [Int: Load] = [:]

  package init() {}

  /// A model that is to be loaded at a backend was chosen. Choosing it again takes nothing more.
  package mutating func begin(backend: Int, bytes: Int64, now: MonotonicTime) {
    guard bytes > 0, loads[backend].map({ $0.until <= now }) ?? true else { return }
    loads[backend] = Load(bytes: bytes, until: now.advanced(by: Self.patience))
  }

  /// It is in memory, and counted there; or its request failed.
  package mutating func end(backend: Int) { loads[backend] = nil }

  /// Bytes.
  package func committed(_ now: MonotonicTime) -> Int64 {
    loads.values.reduce(0) { $1.until > now ? $0.addingReportingOverflow($1.bytes).partialValue : $0 }
  }
}
