/// Random names.
enum UniqueID {
  /// A version 4 UUID (RFC 9562).
  static func random() -> String {
    var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    return text
  }

  /// The letters and digits that generated names end with: no vowels, so no words (k8s.io/apimachinery/pkg/util/rand).
  private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")

  /// `prefix` with five random characters.
  static func name(prefix: String) -> String {
    let maximumPrefix = 58
    return String(prefix.prefix(maximumPrefix)) + String((0..<5).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
  }
}
