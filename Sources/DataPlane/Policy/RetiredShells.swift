import Scheduling
import Synchronization

/// The schedulers that may still have something waiting although their pool has left the policy: asked until they are empty.
final class RetiredShells: Sendable {
  private struct State {
    var shells: [SchedulerShell] = []
    /// By pool: what still waits there may be sent to.
    var backends: [String: [Backend]] = [:]
  }

  private let state = Mutex(State())

  /// - Parameter backends: The servers that it may still send to.
  func add(_ shell: SchedulerShell, backends: [Backend]) {
    state.withLock { state in
      state.shells.append(shell)
      state.backends[shell.name] = backends
    }
  }

  var backends: [Backend] { state.withLock { Array($0.backends.values.joined()) } }

  /// A pool that has come back goes on with its queue.
  func take(named name: String) -> SchedulerShell? {
    state.withLock { state in
      guard let index = state.shells.firstIndex(where: { $0.name == name }) else { return nil }
      state.backends[name] = nil
      return state.shells.remove(at: index)
    }
  }

  func poll(now: MonotonicTime) -> Wakeups {
    let all = state.withLock { $0.shells }
    guard !all.isEmpty else { return Wakeups() }
    var wakeups = Wakeups()
    for shell in all { wakeups.formUnion(shell.poll(now: now)) }
    let done = all.filter { shell in
      let statistics = shell.statistics(now: now)
      return statistics.waiting == 0 && statistics.inUse == 0
    }
    state.withLock { state in
      state.shells.removeAll { shell in done.contains { $0 === shell } }
      for shell in done { state.backends[shell.name] = nil }
    }
    return wakeups
  }
}
