/// Who may fill which slots: rows are members, columns backends.
struct HoldingTable: Sendable, Equatable {
  let slots: [Int]
  private(set) var parts: [[Int]]
  let ideal: [[Int]]
  private(set) var missing: [Int]

  private let limits: [Int]
  private let isUsable: [[Bool]]
  private var free: [Int]

  init(_ picture: PoolPicture, limits: [Int]) {
    let claims = picture.members.map { member in picture.backends.map { member.state.claim(on: $0)?.claim ?? 0 } }
    let isUsable = picture.members.map { member in picture.backends.map { member.state.claim(on: $0)?.isUsable ?? false } }
    // A backend that nobody may use is no capacity: what is counted there would be missing elsewhere.
    let usableLimits = limits.indices.map { backend in isUsable.contains { $0[backend] } ? limits[backend] : 0 }
    let allotment = Allotment(picture, capacity: usableLimits.reduce(0, +))
    self.init(
      slots: allotment.slots, limits: limits, claims: claims, isUsable: isUsable, order: Self.order(picture))
  }

  /// - Parameters:
  ///   - slots: by member; their sum is at most the sum of the limits.
  ///   - claims: by member, then by backend.
  ///   - order: members, the first one to be served first.
  init(slots: [Int], limits: [Int], claims: [[Int]], isUsable: [[Bool]], order: [Int]) {
    self.slots = slots
    self.limits = limits
    self.isUsable = isUsable
    ideal = slots.indices.map { member in
      let sum = limits.indices.reduce(0) { $0 + (isUsable[member][$1] ? limits[$1] : 0) }
      return limits.indices.map { isUsable[member][$0] ? slots[member] * limits[$0] / max(1, sum) : 0 }
    }
    parts = claims.indices.map { member in limits.indices.map { isUsable[member][$0] ? claims[member][$0] : 0 } }
    free = limits.indices.map { backend in limits[backend] - claims.reduce(0) { $0 + $1[backend] } }
    missing = slots.map { _ in 0 }
    for backend in limits.indices where free[backend] < 0 { cut(backend) }
    for member in slots.indices { missing[member] = max(0, slots[member] - parts[member].reduce(0, +)) }
    let needed = missing
    for member in order { fillEvenly(member) }
    fillSingly(order)
    missing = needed
    openClosedDoors()
  }

  /// Whoever waits with the highest priority first, so that what came free for it is not taken by another.
  private static func order(_ picture: PoolPicture) -> [Int] {
    let urgency = picture.members.map { picture.highestWaiting($0.state) ?? Int.min }
    return picture.members.indices.sorted { urgency[$0] != urgency[$1] ? urgency[$0] > urgency[$1] : $0 < $1 }
  }

  /// More is claimed than there is (the limit has fallen, or two have taken the same slot): those who have most beyond an even part
  /// give way.
  private mutating func cut(_ backend: Int) {
    var excess = -free[backend]
    free[backend] = 0
    let order = parts.indices.sorted {
      let (left, right) = (parts[$0][backend] - ideal[$0][backend], parts[$1][backend] - ideal[$1][backend])
      return left != right ? left > right : $0 < $1
    }
    for floor in [true, false] {
      for member in order where excess > 0 {
        let least = floor ? min(ideal[member][backend], parts[member][backend]) : 0
        let step = min(excess, parts[member][backend] - least)
        parts[member][backend] -= step
        excess -= step
      }
    }
  }

  private mutating func fillEvenly(_ member: Int) {
    for backend in free.indices where free[backend] > 0 && isUsable[member][backend] {
      take(min(free[backend], missing[member], max(0, ideal[member][backend] - parts[member][backend])), member, backend)
    }
  }

  /// One at a time and in turn, where most is missing for an even part.
  private mutating func fillSingly(_ order: [Int]) {
    var isProgressing = true
    while isProgressing {
      isProgressing = false
      for member in order where missing[member] > 0 {
        var best: Int?
        for offset in free.indices {
          // Members begin at different backends, so that equal ones do not meet at the same.
          let backend = (offset + member) % free.count
          guard isUsable[member][backend], free[backend] > 0 else { continue }
          if let best, !isBetter(backend, best, member) { continue }
          best = backend
        }
        guard let best else { continue }
        take(1, member, best)
        isProgressing = true
      }
    }
  }

  private func isBetter(_ backend: Int, _ other: Int, _ member: Int) -> Bool {
    let left = ideal[member][backend] - parts[member][backend]
    let right = ideal[member][other] - parts[member][other]
    return left != right ? left > right : free[backend] > free[other]
  }

  private mutating func take(_ count: Int, _ member: Int, _ backend: Int) {
    parts[member][backend] += count
    free[backend] -= count
    missing[member] -= count
  }

  /// Where every breaker of every member is open, all may try: whoever finds the backend healthy again can begin.
  private mutating func openClosedDoors() {
    for backend in limits.indices where !isUsable.contains(where: { $0[backend] }) {
      for member in parts.indices { parts[member][backend] = max(1, limits[backend] / parts.count) }
    }
  }
}
