/// One pool divided among the members of a picture.
///
/// `Allotment` says how many slots each member may have; which ones they are follows from what everyone holds: a member keeps what it
/// claims, the one that has too much gives up the slot that comes free first (see `FleetNode.trim`), and a slot that nobody claims goes
/// to a member that has too few. So a slot moves with the next request that ends, not with the next one at a certain server.
struct PoolDivision: Sendable, Equatable {
  struct Row: Sendable, Equatable {
    /// Of the whole fleet.
    var limit: Int
    /// The member whose limit it is.
    var voice: Int
    /// By member: what it may fill, as far as its number of slots allows.
    var parts: [Int]
    /// By member: an even part of its slots, for choosing which to give up.
    var ideal: [Int]
  }

  /// By backend name.
  private(set) var rows: [UInt64: Row] = [:]
  /// By member, over all backends.
  let slots: [Int]
  /// By member: slots that it should have and does not claim yet.
  private(set) var missing: [Int]

  init(_ picture: PoolPicture) {
    let voices = picture.backends.map { picture.voice(of: $0) ?? (member: 0, limit: 0) }
    let table = HoldingTable(picture, limits: voices.map(\.limit))
    slots = table.slots
    missing = table.missing
    for (backend, name) in picture.backends.enumerated() {
      rows[name] = Row(
        limit: voices[backend].limit, voice: voices[backend].member, parts: table.parts.map { $0[backend] },
        ideal: table.ideal.map { $0[backend] })
    }
  }

  /// How many slots a member would get if it asked for all it can: what its queue may count on.
  static func prospect(_ picture: PoolPicture, member: Int) -> Int {
    var picture = picture
    let tiers = picture.members[member].state.tiers
    let hasDemand = tiers.contains { $0.demand > 0 }
    picture.members[member].state.tiers = tiers.map { tier in
      var tier = tier
      if tier.demand > 0 || !hasDemand { tier.waiting = 0xffff }
      return tier
    }
    let limits = picture.backends.map { picture.voice(of: $0)?.limit ?? 0 }
    return Allotment(picture, capacity: limits.reduce(0, +)).slots[member]
  }
}
