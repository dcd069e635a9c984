import Scheduling

/// The secret that all proxies of a fleet share: authenticates datagrams by HMAC-SHA-256 (RFC 2104), cut to 128 bits.
///
/// Nothing is encrypted: the numbers of waiting requests are no secret. Without the key nobody can announce demand.
package struct FleetKey: Sendable, Equatable {
  /// In bytes: below this a key can be guessed.
  package static let shortest = 16
  static let tagLength = 16
  private static let block = 64

  private let inner: [UInt8]
  private let outer: [UInt8]

  /// `nil` when the key is too short.
  package init?(_ secret: [UInt8]) {
    guard secret.count >= Self.shortest else { return nil }
    var key = secret.count > Self.block ? SHA256Digest(secret.span).bytes : secret
    key += [UInt8](repeating: 0, count: Self.block - key.count)
    inner = key.map { $0 ^ 0x36 }
    outer = key.map { $0 ^ 0x5c }
  }

  func tag(of message: [UInt8]) -> [UInt8] {
    let first = SHA256Digest((inner + message).span).bytes
    return Array(SHA256Digest((outer + first).span).bytes.prefix(Self.tagLength))
  }

  /// Takes the same time wherever the tags differ.
  func authenticates(_ message: [UInt8], tag given: ArraySlice<UInt8>) -> Bool {
    guard given.count == Self.tagLength else { return false }
    var difference: UInt8 = 0
    for (left, right) in zip(tag(of: message), given) { difference |= left ^ right }
    return difference == 0
  }
}

extension SHA256Digest {
  fileprivate var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3, words.4, words.5, words.6, words.7].flatMap { word in
      [
        UInt8(truncatingIfNeeded: word >> 24), UInt8(truncatingIfNeeded: word >> 16), UInt8(truncatingIfNeeded: word >> 8),
        UInt8(truncatingIfNeeded: word),
      ]
    }
  }
}
