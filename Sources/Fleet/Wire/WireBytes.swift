import Scheduling

/// Writes numbers in network byte order.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put8(_ value: UInt64) { bytes.append(UInt8(truncatingIfNeeded: value)) }
  mutating func put64(_ value: UInt64) { put(value, length: 8) }
  mutating func put16(_ value: Int) { put(UInt64(min(max(value, 0), 0xffff)), length: 2) }

  mutating func putMicroseconds(_ duration: Duration) {
    put(UInt64(min(max((duration.inSeconds * 1e6).rounded(), 0), Double(UInt32.max))), length: 4)
  }

  mutating func putThousandths(_ value: Double) {
    put(UInt64(min(max((value * 1000).rounded(), 0), Double(UInt32.max))), length: 4)
  }

  private mutating func put(_ value: UInt64, length: Int) {
    for index in (0..<length).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
  }
}

/// Reads numbers in network byte order; `nil` past the end.
struct WireReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func take8() -> UInt64? { take(1) }
  mutating func take64() -> UInt64? { take(8) }
  mutating func take16() -> Int? { take(2).map(Int.init) }
  mutating func takeMicroseconds() -> Duration? { take(4).map { .microseconds(Int64($0)) } }

  mutating func takeThousandths() -> Double? { take(4).map { Double($0) / 1000 } }

  private mutating func take(_ length: Int) -> UInt64? {
    guard bytes.count - position >= length else { return nil }
    var value: UInt64 = 0
    for index in position..<(position + length) { value = value << 8 | UInt64(bytes[index]) }
    position += length
    return value
  }
}
