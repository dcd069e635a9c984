import Synchronization

/// Numbers for (pool, tier): a counter keeps its number through every change of policy.
final class SeriesRegistry: Sendable {
  struct Name: Hashable, Sendable {
    var pool: String
    var tier: String
  }
  private let names = Mutex<[Name]>([])

  func number(pool: String, tier: String) -> Int {
    names.withLock { names in
      let name = Name(pool: pool, tier: tier)
      if let known = names.firstIndex(of: name) { return known }
      names.append(name)
      return names.count - 1
    }
  }

  var all: [Name] { names.withLock { $0 } }
}
