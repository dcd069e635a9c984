extension MonotonicTime {
  /// The seconds that have passed since `earlier`; 0 when `earlier` is later.
  package func seconds(since earlier: MonotonicTime) -> Double {
    nanoseconds > earlier.nanoseconds ? Double(nanoseconds - earlier.nanoseconds) * 1e-9 : 0
  }

  package func advanced(bySeconds seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds &+ Duration.clampedNanoseconds(seconds))
  }
}

extension Duration {
  /// Seconds as whole nanoseconds, within what a century holds.
  static func clampedNanoseconds(_ seconds: Double) -> UInt64 {
    seconds > 0 ? UInt64(min(seconds, 3.2e9) * 1e9) : 0
  }

  package init(inSeconds seconds: Double) { self = .nanoseconds(Int64(Self.clampedNanoseconds(seconds))) }

  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
