/// Rendezvous hashing (Thaler and Ravishankar 1998): every backend has a rank for every prefix, and the highest ranked one that may
/// take a request gets it. Nothing is remembered: proxies that know the same backends agree without talking, and a backend that comes
/// or goes moves only the prompts it gets or had.
package enum PrefixAffinity {
  /// A backend's part of the hash (FNV-1a of its name).
  static func key(of backend: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in backend.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  static func rank(prefix: UInt64, backend key: UInt64) -> UInt64 { mixed(prefix ^ key) }

  /// A number in which each bit depends on each bit of `value` (SplitMix64's finaliser).
  package static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
