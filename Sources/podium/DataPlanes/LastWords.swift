/// What each of several processes said last. One that does not answer counts with that for a while: it may be busy, and what it has in
/// flight does not go away because a question was lost. One that nobody lists any more has ended, and one that was never heard has
/// nothing yet.
struct LastWords<Value: Sendable> {
  /// After so long a silence it is believed to have died with its requests.
  static var memory: Duration { .seconds(30) }

  private var said: [ProxyAddresses.Address: (value: Value, time: ContinuousClock.Instant)] = [:]

  /// - Parameters:
  ///   - answers: of those who answered.
  ///   - asked: everybody.
  /// - Returns: what counts.
  mutating func take(
    _ answers: [ProxyAddresses.Address: Value], asked: some Sequence<ProxyAddresses.Address>, now: ContinuousClock.Instant = .now
  ) -> [Value] {
    let listed = Set(asked)
    for (address, value) in answers { said[address] = (value, now) }
    said = said.filter { listed.contains($0.key) && $0.value.time.duration(to: now) < Self.memory }
    return said.sorted { $0.key < $1.key }.map(\.value.value)
  }
}
