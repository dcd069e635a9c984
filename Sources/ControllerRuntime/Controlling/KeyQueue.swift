import Kubernetes
import Synchronization

/// A ``WorkQueue`` that workers can wait on.
final class KeyQueue: Sendable {
  private struct State {
    var queue: WorkQueue<ObjectKey>
    var waiters: [CheckedContinuation<ObjectKey?, Never>] = []
    var isOpen = true
  }
  private typealias Handover = (waiter: CheckedContinuation<ObjectKey?, Never>, key: ObjectKey?)

  private let state: Mutex<State>
  /// Something is delayed that was not before.
  private let delayed = Signal()

  init(backoff: Backoff) { state = Mutex(State(queue: WorkQueue(backoff: backoff))) }

  /// Keys that wait, now or for their time.
  var depth: Int { state.withLock { $0.queue.readyCount + $0.queue.delayedCount } }

  func add(_ keys: some Sequence<ObjectKey>) { change { state in for key in keys { state.queue.add(key) } } }

  func add(_ key: ObjectKey, after delay: Duration) {
    change { $0.queue.add(key, after: delay, now: Clocks.monotonic()) }
    delayed.fire()
  }

  /// The worker is through with the key; `again` is when to look at it again.
  func succeeded(_ key: ObjectKey, again: Duration?) {
    change { state in
      state.queue.forget(key)
      state.queue.done(key)
      if let again { state.queue.add(key, after: again, now: Clocks.monotonic()) }
    }
    if again != nil { delayed.fire() }
  }

  /// The worker failed; the key comes back after its backoff, which is returned.
  func failed(_ key: ObjectKey) -> Duration {
    let delay = state.withLock { state in
      state.queue.done(key)
      return state.queue.retry(key, now: Clocks.monotonic(), random: .random(in: 0..<1))
    }
    delayed.fire()
    change { _ in }
    return delay
  }

  /// The next key to work on; `nil` when the queue is closed.
  func next() async -> ObjectKey? {
    await withCheckedContinuation { continuation in change { $0.waiters.append(continuation) } }
  }

  func open() { state.withLock { $0.isOpen = true } }

  /// Brings delayed keys back when they are due; at its cancellation closes the queue.
  func run() async {
    while !Task.isCancelled {
      let due = state.withLock { $0.queue.nextDue }
      await delayed.wait(atMost: due.map { max(.zero, $0 - Clocks.monotonic()) })
      change { _ in }
    }
    change { $0.isOpen = false }
  }

  /// Changes the state under the lock, then hands keys to waiting workers outside of it.
  private func change(_ body: (inout State) -> Void) {
    let handovers: [Handover] = state.withLock { state in
      body(&state)
      var handovers: [Handover] = []
      if !state.isOpen {
        handovers = state.waiters.map { ($0, nil) }
        state.waiters = []
      }
      while !state.waiters.isEmpty, let key = state.queue.next(now: Clocks.monotonic()) {
        handovers.append((state.waiters.removeFirst(), key))
      }
      return handovers
    }
    for handover in handovers { handover.waiter.resume(returning: handover.key) }
  }
}
