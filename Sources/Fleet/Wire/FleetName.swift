/// Names of pools, tiers and backends on the wire: 64 bits, so that a heartbeat of many pools stays small.
package enum FleetName {
  /// FNV-1a. Two names of one pool that collide would share their slots; among a thousand names the odds are 1 in 10¹³.
  package static func hash(_ name: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}
