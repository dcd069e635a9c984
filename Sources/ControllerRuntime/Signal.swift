import Synchronization

/// Wakes one waiting task; a signal that comes while nobody waits is kept for the next wait.
final class Signal: Sendable {
  private enum State {
    case idle
    case fired
    case waiting(CheckedContinuation<Void, Never>)
  }

  private let state = Mutex(State.idle)

  func fire() {
    let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
      if case .waiting(let continuation) = state {
        state = .idle
        return continuation
      }
      state = .fired
      return nil
    }
    waiter?.resume()
  }

  /// Returns at the next signal, or when the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDue = state.withLock { state in
          if case .idle = state, !Task.isCancelled {
            state = .waiting(continuation)
            return false
          }
          state = .idle
          return true
        }
        if isDue { continuation.resume() }
      }
    } onCancel: {
      fire()
    }
  }

  /// Returns at the next signal, after `delay` (`nil`: never), or when the task is cancelled.
  func wait(atMost delay: Duration?) async {
    guard let delay else { return await wait() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait() }
      group.addTask { try? await Task.sleep(for: delay) }
      await group.next()
      group.cancelAll()
    }
  }
}
