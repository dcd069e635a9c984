/// Writes one line of JSON into memory whose size was computed before: no byte is checked against its end.
struct JSONLineWriter {
  private let base: UnsafeMutableRawPointer
  private(set) var count = 0

  /// - Parameter base: Room for all that is written.
  init(_ base: UnsafeMutableRawPointer) { self.base = base }

  /// The most that `bytes` bytes of text become.
  static func escapedSize(_ bytes: Int) -> Int { 6 * bytes }

  @inline(__always) mutating func raw(_ text: StaticString) {
    base.advanced(by: count).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    count &+= text.utf8CodeUnitCount
  }

  mutating func raw(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      base.advanced(by: count).copyMemory(from: start, byteCount: source.count)
    }
    count &+= bytes.count
  }

  @inline(__always) private mutating func put(_ byte: UInt8) {
    base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  /// Not negative.
  mutating func decimal(_ value: Int) {
    var divisor = 1
    while value / divisor >= 10 { divisor &*= 10 }
    while divisor > 0 {
      put(UInt8(truncatingIfNeeded: value / divisor % 10) &+ 48)
      divisor /= 10
    }
  }

  /// With leading zeros.
  mutating func fixed(_ value: Int, digits: Int) {
    var rest = value
    for place in stride(from: count &+ digits &- 1, through: count, by: -1) {
      base.storeBytes(of: UInt8(truncatingIfNeeded: rest % 10) &+ 48, toByteOffset: place, as: UInt8.self)
      rest /= 10
    }
    count &+= digits
  }

  /// As milliseconds with three decimals.
  mutating func milliseconds(nanoseconds: UInt64) {
    let microseconds = Int(truncatingIfNeeded: nanoseconds / 1000)
    decimal(microseconds / 1000)
    put(UInt8(ascii: "."))
    fixed(microseconds % 1000, digits: 3)
  }

  mutating func hexadecimal(_ value: UInt64) {
    HexadecimalDigits.write(value, to: base.advanced(by: count))
    count &+= 16
  }

  /// The content of a string literal: whatever the bytes are, the line stays valid JSON in valid UTF-8.
  mutating func text(_ bytes: [UInt8], _ range: Range<Int>) {
    bytes.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress, range.upperBound <= source.count else { return }
      var position = range.lowerBound
      while position < range.upperBound {
        while position &+ 8 <= range.upperBound {
          let word = UnsafeRawPointer(start + position).loadUnaligned(as: UInt64.self)
          guard Self.isPlain(word) else { break }
          base.storeBytes(of: word, toByteOffset: count, as: UInt64.self)
          count &+= 8
          position &+= 8
        }
        guard position < range.upperBound else { break }
        position = character(UnsafeBufferPointer(rebasing: source[position..<range.upperBound])) &+ position
      }
    }
  }

  /// Whether none of eight bytes must be escaped or looked at: all from blank to `~` but quote and backslash.
  @inline(__always) private static func isPlain(_ word: UInt64) -> Bool {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5c)
    let delete = word ^ (ones &* 0x7f)
    let special = ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
    return (special | ((delete &- ones) & ~delete) | word) & highs == 0
  }

  /// Writes the first character of `bytes`, and returns how many bytes it has.
  private mutating func character(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let byte = bytes[0]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      put(UInt8(ascii: "\\"))
      put(byte)
    case 0x20..<0x7f: put(byte)
    case 0..<0x20, 0x7f:
      raw("\\u00")
      put(HexadecimalDigits.digit(byte >> 4))
      put(HexadecimalDigits.digit(byte & 15))
    default:
      let length = Self.sequenceLength(bytes)
      if length == 0 {
        raw("\\ufffd")
      } else {
        for index in 0..<length { put(bytes[index]) }
        return length
      }
    }
    return 1
  }

  /// Bytes of a well-formed UTF-8 sequence beyond ASCII (Unicode, table 3-7); 0 when it is none.
  private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let (length, second): (Int, ClosedRange<UInt8>)
    switch bytes[0] {
    case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
    case 0xe0: (length, second) = (3, 0xa0...0xbf)
    case 0xed: (length, second) = (3, 0x80...0x9f)
    case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
    case 0xf0: (length, second) = (4, 0x90...0xbf)
    case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
    case 0xf4: (length, second) = (4, 0x80...0x8f)
    default: return 0
    }
    guard bytes.count >= length, second.contains(bytes[1]) else { return 0 }
    for index in 2..<max(2, length) where bytes[index] & 0xc0 != 0x80 { return 0 }
    return length
  }
}

enum HexadecimalDigits {
  @inline(__always) static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value &+ 48 : value &+ 87 }

  /// The 16 lower-case digits of a number.
  @inline(__always) static func write(_ value: UInt64, to target: UnsafeMutableRawPointer) {
    target.storeBytes(of: digits(UInt32(truncatingIfNeeded: value >> 32)).bigEndian, as: UInt64.self)
    target.storeBytes(of: digits(UInt32(truncatingIfNeeded: value)).bigEndian, toByteOffset: 8, as: UInt64.self)
  }

  /// Eight digits at once: every half byte gets a byte of its own, and those above 9 are moved to the letters.
  @inline(__always) private static func digits(_ value: UInt32) -> UInt64 {
    var spread = UInt64(value)
    spread = (spread | spread << 16) & 0x0000_ffff_0000_ffff
    spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff
    spread = (spread | spread << 4) & 0x0f0f_0f0f_0f0f_0f0f
    let letters = ((spread &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    return spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
  }
}
