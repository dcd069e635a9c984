/// How much time tasks lost waiting for memory: Linux's pressure stall information, of `/proc/pressure/memory` or a cgroup's
/// `memory.pressure` (https://docs.kernel.org/accounting/psi.html).
package struct StallTimes: Sendable, Equatable {
  package struct Line: Sendable, Equatable {
    /// Share of the last ten seconds, 0–1. The kernel brings it up to date every two seconds.
    package var average10: Double
    /// Microseconds since the start; up to date at every reading.
    package var totalMicroseconds: Int64

    package init(average10: Double, totalMicroseconds: Int64) {
      self.average10 = average10
      self.totalMicroseconds = totalMicroseconds
    }
  }

  /// At least one task waited.
  package var some: Line
  /// All tasks that were not idle waited.
  package var full: Line

  package init(some: Line, full: Line) {
    self.some = some
    self.full = full
  }

  /// `nil` for a text that is not the kernel's.
  package init?(pressure bytes: some Collection<UInt8>) {
    var lines: [String: Line] = [:]
    for text in ProcText.lines(bytes) {
      var words = ProcText.words(text)[...]
      guard let kind = words.popFirst().map({ String(decoding: $0, as: UTF8.self) }), kind == "some" || kind == "full" else { return nil }
      var (average, total) = (Double?.none, Int64?.none)
      for word in words {
        let parts = word.split(separator: UInt8(ascii: "="), maxSplits: 1)
        guard parts.count == 2 else { return nil }
        if parts[0].elementsEqual("avg10".utf8) { average = ProcText.percentage(parts[1]) }
        if parts[0].elementsEqual("total".utf8) { total = ProcText.number(parts[1]) }
      }
      guard let average, average <= 100, let total, lines[kind] == nil else { return nil }
      lines[kind] = Line(average10: average / 100, totalMicroseconds: total)
    }
    guard let some = lines["some"] else { return nil }
    // An old kernel knows no `full` for some resources.
    self.init(some: some, full: lines["full"] ?? Line(average10: 0, totalMicroseconds: 0))
  }
}
