/// The machine's memory as `/proc/meminfo` tells it, in bytes.
package struct MemoryTotals: Sendable, Equatable {
  package var total: Int64
  /// What could be given out without swapping (the kernel's `MemAvailable`).
  package var available: Int64
  package var free: Int64
  package var swapTotal: Int64
  package var swapFree: Int64

  package init(total: Int64, available: Int64, free: Int64 = 0, swapTotal: Int64 = 0, swapFree: Int64 = 0) {
    self.total = total
    self.available = available
    self.free = free
    self.swapTotal = swapTotal
    self.swapFree = swapFree
  }

  /// `nil` for a text that is not `/proc/meminfo`'s: without `MemTotal`, or with a number that is none.
  ///
  /// A kernel before 3.14 has no `MemAvailable`; then free memory, buffers and page cache are counted, as `free` did before.
  package init?(meminfo bytes: some Collection<UInt8>) {
    var fields: [String: Int64] = [:]
    for line in ProcText.lines(bytes) {
      var words = ProcText.words(line)[...]
      guard let name = words.popFirst(), name.last == UInt8(ascii: ":"), let kilobytes = words.popFirst().flatMap(ProcText.number) else {
        continue
      }
      // Counts of pages (HugePages_Total) have no unit; everything else is in kB.
      guard words.first?.elementsEqual("kB".utf8) ?? false, kilobytes <= Int64.max / 1024 else { continue }
      let key = String(decoding: name.dropLast(), as: UTF8.self)
      guard fields[key] == nil else { continue }
      fields[key] = kilobytes * 1024
    }
    guard let total = fields["MemTotal"], total > 0 else { return nil }
    let free = min(fields["MemFree"] ?? 0, total)
    let parts: [Int64] = [free, fields["Buffers"] ?? 0, fields["Cached"] ?? 0]
    let estimate = parts.reduce(Int64(0)) { $1 > total - $0 ? total : $0 + $1 }
    let swap = fields["SwapTotal"] ?? 0
    self.init(
      total: total, available: min(max(fields["MemAvailable"] ?? estimate, 0), total), free: free, swapTotal: swap,
      swapFree: min(fields["SwapFree"] ?? 0, swap))
  }

  /// 0–1; 0 where there is none.
  package var swapUsed: Double { swapTotal > 0 ? Double(swapTotal - swapFree) / Double(swapTotal) : 0 }
}
