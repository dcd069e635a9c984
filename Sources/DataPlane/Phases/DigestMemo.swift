import Scheduling

/// The SHA-256 digests of the API keys seen last by one event loop: hashing a key for every request would cost as much as a tenth of
/// proxying it. Found by fingerprint, so that no key is held.
struct DigestMemo {
  private struct Entry {
    var fingerprint: SecretFingerprint
    var digest: SHA256Digest
    /// Whose key it is, by the table that was asked last.
    var table: KeyTable?
    var owner: KeyTable.Owner?

    init(_ fingerprint: SecretFingerprint, _ digest: SHA256Digest) {
      self.fingerprint = fingerprint
      self.digest = digest
    }
  }

  /// Places; each fingerprint has one. More keys in use at a time push each other out and cost their hashing.
  static let capacity = 1024

  private let key = SecretFingerprint.Key.random()
  /// At first all hold the digest of nothing.
  private var entries: [Entry]

  init() {
    let nothing: [UInt8] = []
    let entry = Entry(SecretFingerprint(nothing.span, 0..<0, key: key), SHA256Digest(nothing.span))
    entries = [Entry](repeating: entry, count: Self.capacity)
  }

  /// The digest of the bytes at `range`.
  mutating func digest(_ bytes: Span<UInt8>, _ range: Range<Int>) -> SHA256Digest { entries[place(bytes, range)].digest }

  /// Whose key the bytes at `range` are; `nil` for nobody's.
  mutating func owner(_ bytes: Span<UInt8>, _ range: Range<Int>, in table: KeyTable) -> KeyTable.Owner? {
    let place = place(bytes, range)
    if entries[place].table !== table {
      entries[place].owner = table.owners[entries[place].digest]
      entries[place].table = table
    }
    return entries[place].owner
  }

  /// The place that holds the bytes' digest now.
  private mutating func place(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    let fingerprint = SecretFingerprint(bytes, range, key: key)
    let place = Int(truncatingIfNeeded: fingerprint.first) & (Self.capacity - 1)
    if entries[place].fingerprint != fingerprint {
      entries[place] = Entry(fingerprint, SHA256Digest(bytes.extracting(range)))
    }
    return place
  }
}
