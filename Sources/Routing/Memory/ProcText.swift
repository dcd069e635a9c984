/// Words and numbers of the small texts that the kernel writes. Bounded: what is longer than the kernel would write is not read.
enum ProcText {
  /// `/proc/meminfo` and `memory.stat` have about 60 lines.
  static let maximumBytes = 65_536

  static func lines(_ bytes: some Collection<UInt8>) -> [ArraySlice<UInt8>] {
    ArraySlice(Array(bytes.prefix(maximumBytes))).split(separator: UInt8(ascii: "\n"))
  }

  static func words(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
  }

  /// Decimal digits only; `nil` for anything else and for what a word of 64 bits does not hold.
  static func number(_ word: ArraySlice<UInt8>) -> Int64? {
    guard !word.isEmpty else { return nil }
    var value: Int64 = 0
    for byte in word {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let (tens, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
      guard !first, !second else { return nil }
      value = sum
    }
    return value
  }

  /// `12.34`: a percentage with decimals.
  static func percentage(_ word: ArraySlice<UInt8>) -> Double? {
    let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = number(parts[0]) else { return nil }
    guard parts.count == 2 else { return Double(whole) }
    guard parts[1].count <= 9, let fraction = number(parts[1]) else { return nil }
    let scale = (0..<parts[1].count).reduce(1.0) { scale, _ in scale * 10 }
    return Double(whole) + Double(fraction) / scale
  }
}
