/// What tells prompts apart that begin differently: a hash of the beginning, for `Arrival.prefix`.
enum PromptPrefix {
  /// About 256 tokens, the length by which OpenAI routes to its caches: a system prompt and the beginning of what follows. Prompts
  /// that differ only later share more than they differ.
  static let bytes = 1024

  /// - Returns: Never 0; 0 is for "unknown".
  static func hash(_ bytes: Span<UInt8>, prompt: Range<Int>?, cacheKey: Range<Int>?) -> UInt64 {
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
    if let cacheKey { absorb(bytes, cacheKey.prefix(Self.bytes), &hash) }
    if let prompt { absorb(bytes, prompt.prefix(Self.bytes), &hash) }
    guard prompt != nil || cacheKey != nil else { return 0 }
    return hash | 1
  }

  /// Eight bytes at a time, multiplied and folded as wyhash does.
  private static func absorb(_ bytes: Span<UInt8>, _ range: Range<Int>, _ hash: inout UInt64) {
    hash = bytes.extracting(range).withUnsafeBytes { raw in
      var hash = hash
      var index = 0
      while index &+ 16 <= raw.count {
        fold(
          UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)),
          UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self)), &hash)
        index &+= 16
      }
      var rest: (UInt64, UInt64) = (UInt64(raw.count), 0)
      while index < raw.count {
        rest = (rest.0 << 8 | rest.1 >> 56, rest.1 << 8 | UInt64(raw[index]))
        index &+= 1
      }
      fold(rest.0, rest.1, &hash)
      return hash
    }
  }

  @inline(__always) private static func fold(_ first: UInt64, _ second: UInt64, _ hash: inout UInt64) {
    let product = (first ^ hash ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: second ^ 0xe703_7ed1_a0b4_28db)
    // The words are added once more: a product with 0 forgets its other factor.
    hash = (product.high ^ product.low) &+ (first &* 3 ^ second &* 5)
  }

  /// The hash of a text, for what sticks to it.
  static func hash(_ bytes: Span<UInt8>, _ text: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
    absorb(bytes, text, &hash)
    return hash | 1
  }
}
