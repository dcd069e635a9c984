extension LiveHost {
  /// What readings of memory say.
  ///
  /// - Parameters:
  ///   - earlier: the reading before, and `seconds` since then: stalls show at once with it.
  ///   - reserve: bytes that no model may take.
  ///   - committed: bytes that models on their way in will take: ``PendingLoads/committed(_:)``.
  ///   - cpuUsage: share of the processors' time, 0–1.
  package init(
    _ reading: MemoryReading, since earlier: MemoryReading? = nil, seconds: Double = 0, reserve: Int64, committed: Int64 = 0,
    cpuUsage: Double? = nil
  ) {
    self.init(
      memoryPressure: reading.pressure(since: earlier, seconds: seconds), roomBytes: reading.room(reserve: reserve, committed: committed),
      availableBytes: reading.available, cpuUsage: cpuUsage)
  }
}
