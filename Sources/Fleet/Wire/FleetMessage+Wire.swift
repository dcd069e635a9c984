// The datagram, in network byte order:
//
//   "PdF1"  tag:16  kind:1  from:8  to:8  sequence:8  interval µs:4  pools:1
//   pool:   name:8  reference µs:4  tiers:1  backends:1
//     tier:    name:8  in use:2  waiting:2  recent use in thousandths:4  flags:1 (1 starved)
//     backend: name:8  limit:2  claim:2  in use:2  flags:1 (1 reported, 2 usable)
//
// The tag authenticates everything after it. Numbers that do not fit are written as the largest that does.
extension FleetMessage {
  static let magic: [UInt8] = Array("PdF1".utf8)
  static let headLength = 4 + FleetKey.tagLength + 1 + 8 + 8 + 8 + 4 + 1

  /// Why a datagram was not heeded.
  package enum Malformed: Error, Equatable, CaseIterable {
    /// Too short, too long, or not of this protocol.
    case notOurs
    /// By a sender that does not have the key.
    case notAuthentic
    /// Of the right sender, and yet not understood: another version.
    case notUnderstood
  }

  package func encoded(_ key: FleetKey) -> [UInt8] {
    var writer = WireWriter()
    writer.put8(UInt64(kind.rawValue))
    writer.put64(from)
    writer.put64(to)
    writer.put64(sequence)
    writer.putMicroseconds(interval)
    writer.put8(UInt64(min(pools.count, 255)))
    for pool in pools.prefix(255) { pool.write(to: &writer) }
    return Self.magic + key.tag(of: writer.bytes) + writer.bytes
  }

  package init(datagram: [UInt8], key: FleetKey) throws(Malformed) {
    let start = Self.magic.count + FleetKey.tagLength
    guard datagram.count >= Self.headLength, datagram.starts(with: Self.magic) else { throw .notOurs }
    let content = Array(datagram[start...])
    guard key.authenticates(content, tag: datagram[Self.magic.count..<start]) else { throw .notAuthentic }
    var reader = WireReader(content)
    guard let message = FleetMessage(&reader), reader.isAtEnd else { throw .notUnderstood }
    self = message
  }

  init?(_ reader: inout WireReader) {
    guard let kind = reader.take8().flatMap({ Kind(rawValue: UInt8($0)) }), let from = reader.take64(), let to = reader.take64(),
      let sequence = reader.take64(), let interval = reader.takeMicroseconds(), let count = reader.take8()
    else { return nil }
    var pools: [PoolState] = []
    for _ in 0..<count {
      guard let pool = PoolState(&reader) else { return nil }
      pools.append(pool)
    }
    self.init(kind: kind, from: from, to: to, sequence: sequence, interval: interval, pools: pools)
  }
}

extension PoolState {
  static let headLength = 8 + 4 + 1 + 1
  static let tierLength = 8 + 2 + 2 + 4 + 1
  static let backendLength = 8 + 2 + 2 + 2 + 1

  func write(to writer: inout WireWriter) {
    writer.put64(pool)
    writer.putMicroseconds(reference)
    writer.put8(UInt64(min(tiers.count, 255)))
    writer.put8(UInt64(min(backends.count, 255)))
    for tier in tiers.prefix(255) {
      writer.put64(tier.tier)
      writer.put16(tier.inUse)
      writer.put16(tier.waiting)
      writer.putThousandths(tier.recentUse)
      writer.put8(tier.isStarved ? 1 : 0)
    }
    for backend in backends.prefix(255) {
      writer.put64(backend.backend)
      writer.put16(backend.limit)
      writer.put16(backend.claim)
      writer.put16(backend.inUse)
      writer.put8((backend.isReported ? 1 : 0) | (backend.isUsable ? 2 : 0))
    }
  }

  init?(_ reader: inout WireReader) {
    guard let pool = reader.take64(), let reference = reader.takeMicroseconds(), let tierCount = reader.take8(),
      let backendCount = reader.take8()
    else { return nil }
    self.init(pool: pool, reference: reference)
    for _ in 0..<tierCount {
      guard let tier = reader.take64(), let inUse = reader.take16(), let waiting = reader.take16(), let recent = reader.takeThousandths(),
        let flags = reader.take8()
      else { return nil }
      tiers.append(TierDemand(tier: tier, inUse: inUse, waiting: waiting, recentUse: recent, isStarved: flags & 1 != 0))
    }
    for _ in 0..<backendCount {
      guard let backend = reader.take64(), let limit = reader.take16(), let claim = reader.take16(), let inUse = reader.take16(),
        let flags = reader.take8()
      else { return nil }
      backends.append(
        BackendClaim(
          backend: backend, limit: limit, claim: claim, inUse: inUse, isReported: flags & 1 != 0, isUsable: flags & 2 != 0))
    }
  }
}
