/// SipHash-2-4 with 128 bits of output (Aumasson, Bernstein: "SipHash: a fast short-input PRF") under a random key of this process.
///
/// Finds what is already known of a key or token that was seen before, at a fiftieth of what SHA-256 costs, without holding the secret
/// itself: without the process's key nobody can make two secrets with one fingerprint, nor a secret from a fingerprint.
struct SecretFingerprint: Hashable, Sendable {
  struct Key: Sendable {
    var first: UInt64
    var second: UInt64

    /// A key that nobody can guess.
    static func random() -> Key {
      var generator = SystemRandomNumberGenerator()
      return Key(first: generator.next(), second: generator.next())
    }
  }

  let first: UInt64
  let second: UInt64

  init(_ bytes: Span<UInt8>, _ range: Range<Int>, key: Key) {
    var state = State(key)
    let raw = bytes.bytes
    var position = range.lowerBound
    while position &+ 8 <= range.upperBound {
      state.absorb(UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)))
      position &+= 8
    }
    var last = UInt64(truncatingIfNeeded: range.count) << 56
    var shift: UInt64 = 0
    while position < range.upperBound {
      last |= UInt64(bytes[position]) << shift
      shift &+= 8
      position &+= 1
    }
    state.absorb(last)
    state.v2 ^= 0xee
    for _ in 0..<4 { state.round() }
    first = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
    state.v1 ^= 0xdd
    for _ in 0..<4 { state.round() }
    second = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
  }

  func hash(into hasher: inout Hasher) { hasher.combine(first) }

  private struct State {
    var v0, v1, v2, v3: UInt64

    init(_ key: Key) {
      v0 = key.first ^ 0x736f_6d65_7073_6575
      v1 = key.second ^ 0x646f_7261_6e64_6f6d ^ 0xee
      v2 = key.first ^ 0x6c79_6765_6e65_7261
      v3 = key.second ^ 0x7465_6462_7974_6573
    }

    @inline(__always) mutating func absorb(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }

    @inline(__always) mutating func round() {
      v0 &+= v1
      v1 = v1 << 13 | v1 >> 51
      v1 ^= v0
      v0 = v0 << 32 | v0 >> 32
      v2 &+= v3
      v3 = v3 << 16 | v3 >> 48
      v3 ^= v2
      v0 &+= v3
      v3 = v3 << 21 | v3 >> 43
      v3 ^= v0
      v2 &+= v1
      v1 = v1 << 17 | v1 >> 47
      v1 ^= v2
      v2 = v2 << 32 | v2 >> 32
    }
  }
}
