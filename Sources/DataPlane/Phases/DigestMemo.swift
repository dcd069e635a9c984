import Scheduling

/// The SHA-256 digests of the API keys seen last by one event loop: hashing a key for every request would cost as much as a tenth of
/// proxying it. Found by fingerprint, so that no key is held.
struct DigestMemo {
  private struct Entry {
    var fingerprint: SecretFingerprint
    var digest: SHA256Digest
  }

  /// Places; each fingerprint has one. More keys in use at a time push each other out and cost their hashing.
  static let capacity = 1024

  private let key = SecretFingerprint.Key.random()
  private var entries = [Entry?](repeating: nil, count: capacity)

  /// The digest of the bytes at `range`.
  mutating func digest(_ bytes: Span<UInt8>, _ range: Range<Int>) -> SHA256Digest {
    let fingerprint = SecretFingerprint(bytes, range, key: key)
    let place = Int(truncatingIfNeeded: fingerprint.first) & (Self.capacity - 1)
    if let entry = entries[place], entry.fingerprint == fingerprint { return entry.digest }
    let digest = SHA256Digest(bytes.extracting(range))
    entries[place] = Entry(fingerprint: fingerprint, digest: digest)
    return digest
  }
}
