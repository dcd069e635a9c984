/// What was read of a machine's memory at one moment.
///
///     /proc/meminfo, cgroup files ─▶ limit, available ─┐
///     /proc/pressure/memory ─▶ time lost to waiting ───┴▶ pressure, room for a model
package struct MemoryReading: Sendable, Equatable {
  package var host: MemoryTotals
  /// `nil` outside of a control group with limits of its own.
  package var group: CgroupMemory?
  /// `nil` where the kernel does not measure it.
  package var stall: StallTimes?

  package init(host: MemoryTotals, group: CgroupMemory? = nil, stall: StallTimes? = nil) {
    self.host = host
    self.group = group
    self.stall = stall
  }

  /// All that there is: the machine's memory, or what the group may use of it.
  package var limit: Int64 { min(host.total, max(group?.limit ?? .max, 1)) }

  /// What could be given out without swapping, throttling or killing. Swap is not room: a model that is swapped does not answer.
  package var available: Int64 {
    guard let group, let limit = group.limit else { return host.available }
    let workingSet = max(0, group.current - max(0, group.inactiveFile))
    return min(host.available, max(0, limit - workingSet))
  }

  /// All tasks waiting for so much of the time is as bad as it gets: where systemd-oomd kills by default (`DefaultMemoryPressureLimit`).
  private static let worstFullStall = 0.6

  /// 0–1: the greater of the part that is in use and of the time that is lost.
  ///
  ///     max(1 − available ÷ limit,  min(1, full ÷ 0.6),  some)
  ///
  /// where `some` and `full` are shares of time. With an earlier reading they are those since then, which show a change at once; without
  /// one they are the kernel's averages over ten seconds.
  ///
  /// - Parameter seconds: between both readings.
  package func pressure(since earlier: MemoryReading? = nil, seconds: Double = 0) -> Double {
    let used = 1 - Double(available) / Double(max(limit, 1))
    return min(1, max(0, used, min(1, share(\.full, earlier, seconds) / Self.worstFullStall), share(\.some, earlier, seconds)))
  }

  private func share(_ line: KeyPath<StallTimes, StallTimes.Line>, _ earlier: MemoryReading?, _ seconds: Double) -> Double {
    guard let now = stall?[keyPath: line] else { return 0 }
    guard let before = earlier?.stall?[keyPath: line], seconds > 0, now.totalMicroseconds >= before.totalMicroseconds else {
      return now.average10
    }
    return min(1, Double(now.totalMicroseconds - before.totalMicroseconds) / (seconds * 1e6))
  }

  /// Bytes that a model may take: what is available less a reserve and what models on their way in will take. May be negative.
  package func room(reserve: Int64, committed: Int64 = 0) -> Int64 {
    available.subtractingReportingOverflow(reserve).partialValue.subtractingReportingOverflow(committed).partialValue
  }

  package func fits(_ bytes: Int64, reserve: Int64, committed: Int64 = 0) -> Bool { bytes <= room(reserve: reserve, committed: committed) }
}
