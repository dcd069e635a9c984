/// Where a request stands in a trace: the header `traceparent` of W3C Trace Context.
package struct TraceParent: Equatable, Sendable {
  /// Bytes of the header's value in version 00.
  static let length = 55

  package var traceHigh: UInt64
  package var traceLow: UInt64
  /// The span of the sender.
  package var spanID: UInt64
  package var isSampled: Bool

  package init(traceHigh: UInt64, traceLow: UInt64, spanID: UInt64, isSampled: Bool) {
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.spanID = spanID
    self.isSampled = isSampled
  }

  /// Reads a value strictly (section 3.2): lower-case digits, no zero identifiers, version 00 of exactly 55 bytes; a later version may
  /// have more behind another dash.
  package init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    let start = range.lowerBound
    guard range.count >= Self.length, bytes[start + 2] == UInt8(ascii: "-"), bytes[start + 35] == UInt8(ascii: "-"),
      bytes[start + 52] == UInt8(ascii: "-"), let version = Self.number(bytes, start, 2), version != 0xff,
      range.count == Self.length || version > 0 && bytes[start + 55] == UInt8(ascii: "-"),
      let high = Self.number(bytes, start + 3, 16), let low = Self.number(bytes, start + 19, 16), high | low != 0,
      let span = Self.number(bytes, start + 36, 16), span != 0, let flags = Self.number(bytes, start + 53, 2)
    else { return nil }
    self.init(traceHigh: high, traceLow: low, spanID: span, isSampled: flags & 1 == 1)
  }

  private static func number(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64? {
    var value: UInt64 = 0
    for index in start..<start &+ count {
      let byte = bytes[index]
      if byte &- 48 < 10 {
        value = value << 4 | UInt64(byte &- 48)
      } else if byte &- 97 < 6 {
        value = value << 4 | UInt64(byte &- 87)
      } else {
        return nil
      }
    }
    return value
  }

  var text: String {
    String(unsafeUninitializedCapacity: Self.length) { memory in
      if let base = memory.baseAddress { write(to: base) }
      return Self.length
    }
  }

  /// Writes the value, of 55 bytes.
  func write(to target: UnsafeMutableRawPointer) {
    for (offset, byte) in [(0, UInt8(ascii: "0")), (1, 48), (2, 45), (35, 45), (52, 45), (53, 48), (54, isSampled ? 49 : 48)] {
      target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
    }
    HexadecimalDigits.write(traceHigh, to: target + 3)
    HexadecimalDigits.write(traceLow, to: target + 19)
    HexadecimalDigits.write(spanID, to: target + 36)
  }
}
