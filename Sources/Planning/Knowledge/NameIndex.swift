/// Finds entries by name or alias whatever the case, and the nearest names when there is none.
struct NameIndex: Sendable {
  private var places: [String: Int] = [:]
  private var titles: [String] = []

  /// The names of each entry, the first being the one shown to people.
  init(_ names: [[String]]) {
    for entry in names { append(entry) }
  }

  mutating func append(_ names: [String]) {
    let place = titles.count
    titles.append(names.first ?? "")
    for name in names where places[name.lowercased()] == nil { places[name.lowercased()] = place }
  }

  /// The place of `name`; an unknown one gets a new place, for which `add` must add the entry.
  mutating func place(of name: String, add: () -> Void) -> Int {
    if let place = places[name] ?? places[name.lowercased()] { return place }
    append([name])
    add()
    return titles.count - 1
  }

  subscript(name: String) -> Int? { places[name.lowercased()] }

  /// The names of up to three entries that differ least from `name`, by edit distance; a part of a name counts as near.
  func nearest(to name: String) -> [String] {
    let wanted = Array(name.lowercased().utf8)
    var best: [Int: Int] = [:]
    for (candidate, place) in places {
      let distance = EditDistance.between(wanted, Array(candidate.utf8))
      let isPart = !wanted.isEmpty && candidate.contains(name.lowercased())
      best[place] = min(best[place] ?? .max, isPart ? min(distance, 1) : distance)
    }
    return best.sorted { ($0.value, titles[$0.key]) < ($1.value, titles[$1.key]) }.prefix(3).map { titles[$0.key] }
  }
}

/// How many letters must be inserted, removed or changed to make one word of another (Levenshtein).
enum EditDistance {
  static func between(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var previous = Array(0...right.count)
    for (row, letter) in left.enumerated() {
      var current = [row + 1]
      current.reserveCapacity(right.count + 1)
      for (column, other) in right.enumerated() {
        current.append(min(previous[column] + (letter == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[right.count]
  }
}
