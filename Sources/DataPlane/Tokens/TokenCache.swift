import Scheduling

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The tokens that are known, in a bounded table of sets of four places.
///
/// A token is found by a keyed hash of its signature's last bytes and compared as a whole: a cryptographic digest of a kilobyte would
/// cost more than everything else that is done for a request. A new entry takes the last place of its set, and moves one place forward
/// each time it is found: tokens that come once never displace those that are used.
struct TokenCache {
  static let ways = 4

  private var slots: [KnownToken?] = []
  private let sets: Int
  private let secret: TokenHash

  /// - Parameter capacity: How many tokens are kept at most; rounded down to a power of two. No memory is used before the first is kept.
  init(capacity: Int, secret: TokenHash) {
    var sets = 1
    while sets * 2 * Self.ways <= capacity { sets *= 2 }
    self.sets = sets
    self.secret = secret
  }

  mutating func find(_ token: Span<UInt8>, hash: UInt64, now: MonotonicTime) -> KnownToken? {
    guard !slots.isEmpty else { return nil }
    let first = base(hash)
    for way in 0..<Self.ways {
      guard let known = slots[first &+ way], known.hash == hash, Self.equal(known.bytes, token) else { continue }
      guard known.isAlive(now: now) else {
        slots[first &+ way] = nil
        return nil
      }
      if way > 0 { slots.swapAt(first &+ way, first &+ way &- 1) }
      return known
    }
    return nil
  }

  mutating func insert(_ known: KnownToken, now: MonotonicTime) {
    if slots.isEmpty { slots = Array(repeating: nil, count: sets * Self.ways) }
    let first = base(known.hash)
    var place = first + Self.ways - 1
    for way in (0..<Self.ways).reversed() {
      guard let other = slots[first + way] else {
        place = first + way
        continue
      }
      if other.hash == known.hash, other.bytes == known.bytes {
        place = first + way
        break
      }
      if !other.isAlive(now: now) { place = first + way }
    }
    slots[place] = known
  }

  mutating func removeAll() { slots = [] }

  var count: Int { slots.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }

  @inline(__always) private func base(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 32) & (sets &- 1) &* Self.ways }

  @inline(__always) private static func equal(_ known: [UInt8], _ token: Span<UInt8>) -> Bool {
    guard known.count == token.count else { return false }
    return known.withUnsafeBytes { left in
      token.withUnsafeBytes { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return true }
        return memcmp(left, right, known.count) == 0
      }
    }
  }
}
