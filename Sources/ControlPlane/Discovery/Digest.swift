/// Names a text for caches: equal texts, equal digests. FNV-1a in 64 bits: no secret depends on it.
enum Digest {
  static func text(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 {
      hash ^= UInt64(byte)
      hash = hash &* 0x100_0000_01b3
    }
    return String(hash, radix: 16)
  }
}
