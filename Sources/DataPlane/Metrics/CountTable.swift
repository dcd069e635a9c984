/// Counts by a key of which there are few: a handful of statuses and error codes. Looked up one after the other, which for a few is
/// faster than hashing.
struct CountTable<Key: Equatable & Sendable>: Sendable {
  private(set) var entries: [(key: Key, count: UInt64)] = []

  mutating func add(_ key: Key, _ count: UInt64 = 1) {
    for index in entries.indices where entries[index].key == key {
      entries[index].count &+= count
      return
    }
    entries.append((key, count))
  }

  mutating func add(_ other: CountTable) {
    for (key, count) in other.entries { add(key, count) }
  }
}
