/// A short hash of content, the same on every machine: FNV-1a with 64 bits (Fowler, Noll, Vo). Tells versions apart; no secret
/// may depend on it.
struct Fingerprint {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Adds `text` and an end mark, so that ("a", "bc") and ("ab", "c") differ.
  mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { bytes in for byte in bytes { add(byte) } }
    add(0xFF)
  }

  mutating func combine(_ number: Int) { combine("\(number)") }

  private mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }

  /// 16 hexadecimal digits.
  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
