/// SHA-256 (FIPS 180-4) of a short message: the digest of an API key. Policies hold digests and never keys.
package struct SHA256Digest: Hashable, Sendable {
  package typealias Words = (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)

  package var words: Words

  package static func == (left: SHA256Digest, right: SHA256Digest) -> Bool {
    let a = left.words
    let b = right.words
    // Without a branch on the content, so that the time says nothing about it.
    return (a.0 ^ b.0) | (a.1 ^ b.1) | (a.2 ^ b.2) | (a.3 ^ b.3) | (a.4 ^ b.4) | (a.5 ^ b.5) | (a.6 ^ b.6) | (a.7 ^ b.7) == 0
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }

  /// A number that identifies the digest well enough for sharing turns between tenants.
  package var short: UInt64 { UInt64(words.0) << 32 | UInt64(words.1) }
}

extension SHA256Digest {
  private static var initial: Words {
    (0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
  }
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01,
    0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
    0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147,
    0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116, 0x1e37_6c08,
    0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3, 0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
    0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]

  package init(_ text: String) { self.init(Array(text.utf8).span) }

  package init(_ message: Span<UInt8>) {
    var state = Self.initial
    let blocks = (message.count + 9 + 63) / 64
    // On the stack: a key is hashed for every request.
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
      for block in 0..<blocks {
        for word in 0..<16 {
          var value: UInt32 = 0
          for index in 0..<4 { value = value << 8 | UInt32(Self.padded(message, block * 64 + word * 4 + index, blocks * 64)) }
          schedule[word] = value
        }
        Self.compress(&state, schedule)
      }
    }
    words = state
  }

  /// The byte at `index` of the message followed by a one bit, zeros, and its length in bits in the last eight bytes.
  @inline(__always) private static func padded(_ message: Span<UInt8>, _ index: Int, _ total: Int) -> UInt8 {
    if index < message.count { return message[index] }
    if index == message.count { return 0x80 }
    let fromEnd = total - 1 - index
    return fromEnd < 8 ? UInt8(truncatingIfNeeded: (UInt64(message.count) &* 8) >> UInt64(fromEnd * 8)) : 0
  }

  private static func compress(_ state: inout Words, _ schedule: UnsafeMutableBufferPointer<UInt32>) {
    for index in 16..<64 {
      let early = schedule[index &- 15]
      let late = schedule[index &- 2]
      let first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
      let second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
      schedule[index] = schedule[index &- 16] &+ first &+ schedule[index &- 7] &+ second
    }
    var (a, b, c, d, e, f, g, h) = state
    constants.withUnsafeBufferPointer { constants in
      for index in 0..<64 {
        let choice = (e & f) ^ (~e & g)
        let first = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constants[index] &+ schedule[index]
        let majority = (a & b) ^ (a & c) ^ (b & c)
        let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
        (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
      }
    }
    state.0 &+= a
    state.1 &+= b
    state.2 &+= c
    state.3 &+= d
    state.4 &+= e
    state.5 &+= f
    state.6 &+= g
    state.7 &+= h
  }

  @inline(__always) private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  /// Reads 64 hexadecimal digits; `nil` when it is anything else.
  package init?(hexadecimal text: String) {
    let digits = Array(text.utf8)
    guard digits.count == 64 else { return nil }
    var words = [UInt32](repeating: 0, count: 8)
    for (index, byte) in digits.enumerated() {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      words[index / 8] = words[index / 8] << 4 | UInt32(digit)
    }
    self.words = (words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7])
  }

  /// 64 lower-case hexadecimal digits.
  package var hexadecimal: String {
    [words.0, words.1, words.2, words.3, words.4, words.5, words.6, words.7].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }
}
