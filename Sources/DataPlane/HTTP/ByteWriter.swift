/// Writes bytes one after the other into memory of a known size. The size is computed first, and checked on every write.
struct ByteWriter {
  private let memory: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

  @inline(__always) mutating func write(_ text: StaticString) {
    write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always) mutating func write(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    bytes.extracting(range).withUnsafeBytes { write($0) }
  }

  mutating func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

  private mutating func write(_ bytes: UnsafeRawBufferPointer) {
    precondition(count &+ bytes.count <= memory.count, "the computed size of a head is too small")
    guard let source = bytes.baseAddress, let target = memory.baseAddress else { return }
    target.advanced(by: count).copyMemory(from: source, byteCount: bytes.count)
    count &+= bytes.count
  }

  private mutating func write(_ byte: UInt8) {
    precondition(count < memory.count, "the computed size of a head is too small")
    memory[count] = byte
    count &+= 1
  }

  /// At most 20 bytes.
  mutating func write(decimal value: Int) {
    var divisor = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      write(UInt8(truncatingIfNeeded: value / divisor % 10) &+ 48)
      divisor /= 10
    }
  }

  /// Exactly 55 bytes.
  mutating func write(_ parent: TraceParent) {
    precondition(count &+ TraceParent.length <= memory.count, "the computed size of a head is too small")
    guard let target = memory.baseAddress else { return }
    parent.write(to: target + count)
    count &+= TraceParent.length
  }

  /// Exactly 16 bytes.
  mutating func write(hexadecimal value: UInt64) {
    for shift in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
      write(digit < 10 ? digit &+ 48 : digit &+ 87)
    }
  }
}
