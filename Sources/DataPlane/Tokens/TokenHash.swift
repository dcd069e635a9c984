/// A hash of a token, by a secret of this process: nobody outside can choose tokens that meet in one place of a table.
///
/// It reads the last 32 bytes, which belong to the signature and are as good as random; equality is decided by comparing all bytes.
struct TokenHash: Sendable {
  private let keys: (UInt64, UInt64, UInt64, UInt64)

  init<Generator: RandomNumberGenerator>(using generator: inout Generator) {
    keys = (generator.next() | 1, generator.next() | 1, generator.next() | 1, generator.next() | 1)
  }

  func callAsFunction(_ token: Span<UInt8>) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: token.count) &* keys.0
    token.withUnsafeBytes { bytes in
      let start = max(0, bytes.count - 32)
      guard bytes.count >= 32 else {
        for byte in bytes { hash = Self.mixed(hash ^ UInt64(byte), keys.1) }
        return
      }
      hash = Self.mixed(hash ^ bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self), keys.0)
      hash = Self.mixed(hash ^ bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self), keys.1)
      hash = Self.mixed(hash ^ bytes.loadUnaligned(fromByteOffset: start + 16, as: UInt64.self), keys.2)
      hash = Self.mixed(hash ^ bytes.loadUnaligned(fromByteOffset: start + 24, as: UInt64.self), keys.3)
    }
    return hash
  }

  /// Both halves of the product, folded.
  @inline(__always) private static func mixed(_ value: UInt64, _ key: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: key)
    return product.high ^ product.low
  }
}
