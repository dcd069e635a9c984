import Scheduling
import Testing

@testable import Fleet

@Suite("A datagram of the fleet")
struct FleetMessageTests {
  static func key(_ text: String = "0123456789abcdef") throws -> FleetKey { try #require(FleetKey(Array(text.utf8))) }

  static let message = FleetMessage(
    kind: .heartbeat, from: 0x0102_0304_0506_0708, to: 42, sequence: 7, interval: .milliseconds(100),
    pools: [
      PoolState(
        pool: FleetName.hash("chat"), reference: .milliseconds(220),
        tiers: [TierDemand(tier: FleetName.hash("free"), inUse: 3, waiting: 4, recentUse: 2.125, isStarved: true)],
        backends: [BackendClaim(backend: 1, limit: 8, claim: 5, inUse: 3, isReported: false, isUsable: true)])
    ])

  @Test("The tag is HMAC-SHA-256 as in RFC 4231")
  func vectors() throws {
    func hexadecimal(_ bytes: [UInt8]) -> String {
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    let first = try #require(FleetKey([UInt8](repeating: 0x0b, count: 20)))
    #expect(hexadecimal(first.tag(of: Array("Hi There".utf8))) == "b0344c61d8db38535ca8afceaf0bf12b")
    let long = try #require(FleetKey([UInt8](repeating: 0xaa, count: 131)))
    #expect(
      hexadecimal(long.tag(of: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)))
        == "60e431591ee0b67f0d8a26aacbf5b77f")
    #expect(FleetKey(Array("too short".utf8)) == nil)
  }

  @Test("What was written is read")
  func roundTrip() throws {
    #expect(try FleetMessage(datagram: Self.message.encoded(Self.key()), key: Self.key()) == Self.message)
  }

  @Test("Numbers that do not fit are the largest that do")
  func saturation() throws {
    var message = Self.message
    message.pools[0].tiers[0].waiting = 1_000_000
    message.pools[0].tiers[0].recentUse = 1e12
    let read = try FleetMessage(datagram: message.encoded(Self.key()), key: Self.key())
    #expect(read.pools[0].tiers[0].waiting == 65_535)
    #expect(read.pools[0].tiers[0].recentUse == Double(UInt32.max) / 1000)
  }

  @Test("One flipped bit anywhere, a cut, an addition or another key, and it is not heeded")
  func forged() throws {
    let bytes = Self.message.encoded(try Self.key())
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        #expect(throws: FleetMessage.Malformed.self) { try FleetMessage(datagram: changed, key: Self.key()) }
      }
    }
    for length in bytes.indices {
      #expect(throws: FleetMessage.Malformed.self) { try FleetMessage(datagram: Array(bytes.prefix(length)), key: Self.key()) }
    }
    #expect(throws: FleetMessage.Malformed.notAuthentic) { try FleetMessage(datagram: bytes + [0], key: Self.key()) }
    #expect(throws: FleetMessage.Malformed.notAuthentic) { try FleetMessage(datagram: bytes, key: Self.key("fedcba9876543210")) }
    #expect(throws: FleetMessage.Malformed.notOurs) { try FleetMessage(datagram: [], key: Self.key()) }
  }

  @Test("Arbitrary content under a good tag is read or refused, never a trap")
  func arbitrary() throws {
    var random = SplitMix64(seed: 5)
    let key = try Self.key()
    var good = Array(Self.message.encoded(key).dropFirst(FleetMessage.magic.count + FleetKey.tagLength))
    for _ in 0..<20_000 {
      if random.next() % 16 == 0 { good = (0..<(random.next() % 400)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
      var content = good
      for _ in 0..<(random.next() % 4) where !content.isEmpty {
        content[Int(random.next() % UInt64(content.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      content = Array(content.prefix(Int(random.next() % UInt64(content.count + 1)) + (random.next() % 2 == 0 ? content.count : 0)))
      let message = try? FleetMessage(datagram: FleetMessage.magic + key.tag(of: content) + content, key: key)
      if let message { #expect(message.encoded(key).count >= FleetMessage.headLength) }
    }
  }

  @Test("Many pools and backends go in datagrams that no path cuts")
  func batches() throws {
    let tiers = (0..<3).map { TierDemand(tier: UInt64($0), inUse: 1, waiting: 1) }
    let states = (0..<40).map { pool in
      PoolState(
        pool: UInt64(pool), tiers: tiers, backends: (0..<(pool == 7 ? 300 : 4)).map { BackendClaim(backend: UInt64($0), limit: 4) })
    }
    let batches = FleetNode.batches(states, 1200)
    var backends = 0
    for batch in batches {
      let message = FleetMessage(kind: .heartbeat, from: 1, to: 2, sequence: 3, interval: .zero, pools: batch)
      let bytes = message.encoded(try Self.key())
      #expect(bytes.count <= 1200)
      #expect(try FleetMessage(datagram: bytes, key: Self.key()) == message)
      backends += batch.reduce(0) { $0 + $1.backends.count }
    }
    #expect(backends == 39 * 4 + 300)
    #expect(FleetNode.batches([], 1200) == [[]])
  }
}
