import Synchronization

/// Whether requests should be sent here.
package enum Readiness: Sendable {
  /// A policy is in force.
  case ready
  /// There is no policy yet, or the process is about to end.
  case unready
  /// Nothing new is taken any more.
  case ending
}

extension DataPlaneServer {
  package var readiness: Readiness {
    if isStopped { return .ending }
    return context.table != nil && port != nil && !isLeaving ? .ready : .unready
  }

  /// - Parameter tell: Called on any thread when the readiness may have changed, until the watch is cancelled.
  package func watchReadiness(_ tell: @escaping @Sendable () -> Void) -> ReadinessWatch { watches.add(tell) }
}

/// Who wants to know of changes.
final class ReadinessWatches: Sendable {
  private let watches = Mutex<(next: Int, all: [Int: @Sendable () -> Void])>((0, [:]))

  func add(_ tell: @escaping @Sendable () -> Void) -> ReadinessWatch {
    watches.withLock { watches in
      watches.next += 1
      watches.all[watches.next] = tell
      return ReadinessWatch(number: watches.next, watches: self)
    }
  }

  fileprivate func remove(_ number: Int) { watches.withLock { $0.all[number] = nil } }

  func tell() { for tell in watches.withLock({ Array($0.all.values) }) { tell() } }
}

package struct ReadinessWatch: Sendable {
  fileprivate let number: Int
  fileprivate let watches: ReadinessWatches

  package func cancel() { watches.remove(number) }
}
