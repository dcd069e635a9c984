/// Reads decimal numbers from bytes without making a string of them where that is exact.
enum DecimalNumber {
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// `nil` when the bytes are no decimal number. Digits that fit 2⁵³ over a power of ten up to 10²² give the nearest double by
  /// one division (Clinger's fast path); everything else goes through the standard library.
  static func double(_ bytes: ArraySlice<UInt8>) -> Double? {
    var mantissa: UInt64 = 0
    var decimals = 0
    var digits = 0
    var afterPoint = false
    for byte in bytes {
      switch byte {
      case 0x30...0x39 where digits < 19:
        mantissa = mantissa * 10 + UInt64(byte - 0x30)
        digits += 1
        if afterPoint { decimals += 1 }
      case UInt8(ascii: ".") where !afterPoint: afterPoint = true
      default: return Double(String(decoding: bytes, as: UTF8.self))
      }
    }
    guard digits > 0 else { return nil }
    guard mantissa <= 1 << 53, decimals < powersOfTen.count else { return Double(String(decoding: bytes, as: UTF8.self)) }
    return Double(mantissa) / powersOfTen[decimals]
  }

  /// `nil` when the bytes are no whole number without a sign.
  static func integer(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
    var value = 0
    for byte in bytes {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }
}
