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

  @inline(__always) private mutating func write(_ bytes: UnsafeRawBufferPointer) {
    precondition(count &+ bytes.count <= memory.count, "the computed size of a head is too small")
    guard let source = bytes.baseAddress, let target = memory.baseAddress else { return }
    target.advanced(by: count).copyMemory(from: source, byteCount: bytes.count)
    count &+= bytes.count
  }

  /// At most 20 bytes.
  mutating func write(decimal value: Int) {
    var rest = UInt(max(0, value))
    var digits = 1
    var bound: UInt = 10
    while digits < 19, rest >= bound {
      digits &+= 1
      bound = bound &* 10
    }
    precondition(count &+ digits <= memory.count, "the computed size of a head is too small")
    for place in stride(from: count &+ digits &- 1, through: count, by: -1) {
      memory[place] = UInt8(truncatingIfNeeded: rest % 10) &+ 48
      rest /= 10
    }
    count &+= digits
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
    precondition(count &+ 16 <= memory.count, "the computed size of a head is too small")
    memory.storeBytes(of: Self.digits(UInt32(truncatingIfNeeded: value >> 32)).bigEndian, toByteOffset: count, as: UInt64.self)
    memory.storeBytes(of: Self.digits(UInt32(truncatingIfNeeded: value)).bigEndian, toByteOffset: count &+ 8, as: UInt64.self)
    count &+= 16
  }

  /// The hexadecimal digits of a number, the first one in the highest byte: all eight at once.
  private static func digits(_ value: UInt32) -> UInt64 {
    var nibbles = UInt64(value)
    nibbles = (nibbles << 16 | nibbles) & 0x0000_ffff_0000_ffff
    nibbles = (nibbles << 8 | nibbles) & 0x00ff_00ff_00ff_00ff
    nibbles = (nibbles << 4 | nibbles) & 0x0f0f_0f0f_0f0f_0f0f
    // A carry into bit 4 tells 10 to 15: their letters begin 39 above the digits' sequel.
    let letters = ((nibbles &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39
  }
}
