/// Which servers of a model to start and which to end. As a cluster's rolling update: whoever is to be replaced goes when somebody else is
/// ready in its place.
enum RollingUpdate {
  struct Server: Equatable {
    let number: Int
    /// Whether it was started with what is wanted now.
    let isCurrent: Bool
    let isReady: Bool
  }

  struct Step: Equatable {
    var starts = 0
    /// Numbers.
    var ends: [Int] = []
  }

  /// - Parameter servers: those that have not been told to end.
  static func next(_ servers: [Server], wanted: Int) -> Step {
    let current = servers.filter(\.isCurrent)
    // Ready ones first, then the oldest.
    let ordered = current.filter(\.isReady) + current.filter { !$0.isReady }
    var step = Step(starts: max(0, wanted - current.count), ends: ordered.dropFirst(max(0, wanted)).map(\.number))
    let missing = max(0, wanted - current.filter(\.isReady).count)
    let former = servers.filter { !$0.isCurrent }
    step.ends += former.filter { !$0.isReady }.map(\.number) + former.filter(\.isReady).dropFirst(missing).map(\.number)
    return step
  }
}
