import Scheduling
import Testing

@testable import DataPlane

@Suite struct `Fingerprints of keys` {
  /// Of the reference implementation (vectors_sip128): the key is 00 01 … 0f, the message the first N of 00 01 02 ….
  static let vectors: [(length: Int, digest: [UInt8])] = [
    (0, [0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93]),
    (1, [0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45]),
    (15, [0x54, 0x93, 0xe9, 0x99, 0x33, 0xb0, 0xa8, 0x11, 0x7e, 0x08, 0xec, 0x0f, 0x97, 0xcf, 0xc3, 0xd9]),
  ]

  @Test(arguments: vectors) func `are those of the reference implementation`(_ vector: (length: Int, digest: [UInt8])) {
    let key = SecretFingerprint.Key(first: 0x0706_0504_0302_0100, second: 0x0f0e_0d0c_0b0a_0908)
    let message = [0xff] + (0..<vector.length).map { UInt8($0) } + [0xff]
    let fingerprint = SecretFingerprint(message.span, 1..<1 + vector.length, key: key)
    let bytes = [fingerprint.first, fingerprint.second].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    #expect(bytes == vector.digest)
  }

  @Test func `lead to the digest of the same key, also when others came between`() {
    var memo = DigestMemo()
    for round in 0..<3 {
      for number in 0..<2 * DigestMemo.capacity {
        let text = Array("Bearer key-\(number)".utf8)
        let digest = memo.digest(text.span, 7..<text.count)
        #expect(digest == SHA256Digest("key-\(number)"), "round \(round)")
      }
    }
  }
}
