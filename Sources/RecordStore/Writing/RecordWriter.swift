import Dispatch
import Foundation
import Logging
import Synchronization

/// Takes records without waiting, and writes them in batches on a thread of its own.
///
/// What ``append(_:)`` took is kept: in memory until the next batch, then in the store; and while the store is away in a file
/// (``RecordSpool``), from where it goes to the store when that is back, also in the next process. Memory and file are bounded: when either
/// is full, ``append(_:)`` says no, and ``Standing/refused`` counts it. What was written when the machine fell but whose answer was lost is
/// written again and kept once.
///
///     append ─▶ pending (memory) ─▶ store
///                    └─ away ─▶ spool (file) ─ recovery ─▶ store
package final class RecordWriter: Sendable {
  package struct Limits: Sendable {
    /// Records in one transaction.
    package var batch = 5_000
    /// How long a record waits for others.
    package var interval: Duration = .milliseconds(200)
    /// Records in memory, about 400 bytes each.
    package var pending = 100_000
    /// Records in the file.
    package var spooled = 2_000_000
    /// Between two attempts to reach a store that is away: doubled from the first to the last.
    package var retry: ClosedRange<Duration> = .milliseconds(250)...(.seconds(15))

    package init() {}
  }

  private struct State {
    var pending: [Record] = []
    var standing = Standing()
    var isScheduled = false
    /// New records go to the file.
    var isAway = false
    var isClosed = false
    /// How many were ever taken, and of these durably kept; who waits for that.
    var taken = 0
    var kept = 0
    var waiting: [(target: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let store: any RecordStore
  private let spool: RecordSpool?
  private let limits: Limits
  private let logger: Logger
  private let state = Mutex(State())
  /// Writes; never two at a time.
  private let queue = DispatchQueue(label: "podium.records")
  /// Brings what waits in the file to a store that is back; waits for a server, so that `queue` does not.
  private let recovery = DispatchQueue(label: "podium.records.recovery")

  /// - Parameter spool: The file where records wait while the store is away; `nil` for memory only, as befits a store in a file.
  package init(_ store: any RecordStore, spool path: String?, limits: Limits = Limits(), logger: Logger) throws(RecordStoreError) {
    self.store = store
    self.limits = limits
    self.logger = logger
    spool = try path.map { path throws(RecordStoreError) in try RecordSpool(path: path, limit: limits.spooled) }
    let left = try spool?.count() ?? 0
    guard left > 0 else { return }
    state.withLock {
      $0.isAway = true
      $0.standing.spooled = left
    }
    recover(after: .zero, next: limits.retry.lowerBound)
  }

  package var standing: Standing {
    state.withLock {
      var standing = $0.standing
      standing.pending = $0.pending.count
      return standing
    }
  }

  /// Takes a record, at once. `false` when there is no room for it, or after ``close()``: it is not kept.
  @discardableResult
  package func append(_ record: Record) -> Bool {
    let (taken, delay): (Bool, Duration?) = state.withLock { state in
      // What is taken fits the file, should the store go away now.
      let room = spool == nil ? Int.max : limits.spooled - state.standing.spooled
      guard !state.isClosed, state.pending.count < min(limits.pending, room) else {
        state.standing.refused += 1
        return (false, nil)
      }
      state.pending.append(record)
      state.taken += 1
      state.standing.accepted += 1
      if state.pending.count == limits.batch { return (true, .zero) }
      guard !state.isScheduled else { return (true, nil) }
      state.isScheduled = true
      return (true, limits.interval)
    }
    if let delay { schedule(after: delay) }
    return taken
  }

  /// Returns when everything that was taken before is durable: in the store, or in the file. Waits for as long as neither can be had.
  package func flush() async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if state.kept >= state.taken { return true }
        state.waiting.append((state.taken, continuation))
        return false
      }
      if isDone { continuation.resume() } else { schedule(after: .zero) }
    }
  }

  /// Takes no more, and tries once more to keep what is left. Returns how many records could not be kept.
  package func close() async -> Int {
    state.withLock { $0.isClosed = true }
    return await withCheckedContinuation { continuation in
      queue.async { [self] in
        drain()
        let lost = state.withLock { state in
          let waiting = state.waiting
          state.waiting = []
          return (state.pending.count, waiting)
        }
        for waiter in lost.1 { waiter.continuation.resume() }
        if lost.0 > 0 { logger.error("records are lost: neither store nor file could be written", metadata: ["records": "\(lost.0)"]) }
        continuation.resume(returning: lost.0)
      }
    }
  }

  // MARK: Writing

  private func schedule(after delay: Duration) {
    queue.asyncAfter(deadline: .now() + delay / .seconds(1)) { [self] in drain() }
  }

  /// Writes until nothing is pending, or nothing can be written.
  private func drain() {
    while true {
      let (chunk, isAway) = state.withLock { state in
        state.isScheduled = false
        return (Array(state.pending.prefix(limits.batch)), state.isAway)
      }
      guard !chunk.isEmpty else { return }
      guard keep(chunk, isAway: isAway) else { return again() }
      let done = state.withLock { state in
        state.pending.removeFirst(chunk.count)
        state.kept += chunk.count
        let done = state.waiting.filter { $0.target <= state.kept }
        state.waiting.removeAll { $0.target <= state.kept }
        return done
      }
      for waiter in done { waiter.continuation.resume() }
    }
  }

  private func again() {
    let isScheduled = state.withLock { state in
      defer { state.isScheduled = true }
      return state.isScheduled || state.isClosed
    }
    if !isScheduled { schedule(after: limits.retry.lowerBound * 4) }
  }

  private func keep(_ chunk: [Record], isAway: Bool) -> Bool {
    if !isAway {
      do throws(RecordStoreError) {
        try store.write(RecordBatch(chunk))
        state.withLock { state in
          state.standing.stored += chunk.count
          if spool == nil { state.standing.trouble = nil }
        }
        return true
      } catch {
        went(error)
      }
    }
    guard let spool else { return false }
    do throws(RecordStoreError) {
      guard try spool.append(chunk) else { return false }
      state.withLock { $0.standing.spooled += chunk.count }
      return true
    } catch {
      logger.error("what waits for the store cannot be kept in the file", metadata: ["error": "\(error)"])
      return false
    }
  }

  private func went(_ error: RecordStoreError) {
    let isNew = state.withLock { state in
      let isNew = state.standing.trouble == nil
      state.standing.trouble = .init(text: "\(error)", since: state.standing.trouble?.since ?? Date())
      if spool != nil { state.isAway = true }
      return isNew
    }
    guard isNew else { return }
    logger.warning("records wait: the store cannot be written", metadata: ["error": "\(error)"])
    if spool != nil { recover(after: limits.retry.lowerBound, next: limits.retry.lowerBound * 2) }
  }

  // MARK: Recovery

  private func recover(after delay: Duration, next: Duration) {
    recovery.asyncAfter(deadline: .now() + delay / .seconds(1)) { [weak self] in
      guard let self, !state.withLock({ $0.isClosed }) else { return }
      do throws(RecordStoreError) {
        try unspool()
      } catch {
        state.withLock { $0.standing.trouble = .init(text: "\(error)", since: $0.standing.trouble?.since ?? Date()) }
        recover(after: next, next: min(next * 2, limits.retry.upperBound))
      }
    }
  }

  /// Moves the file's records to the store. The last look at the file and the return to writing directly are one step of `queue`.
  private func unspool() throws(RecordStoreError) {
    guard let spool else { return }
    while true {
      if let (records, last) = try spool.first(limits.batch) {
        try store.write(RecordBatch(records))
        try spool.remove(through: last)
        state.withLock { state in
          state.standing.stored += records.count
          state.standing.spooled -= records.count
        }
      } else if queue.sync(execute: { isBack(spool) }) {
        return
      }
    }
  }

  private func isBack(_ spool: RecordSpool) -> Bool {
    guard (try? spool.count()) == 0 else { return false }
    let trouble = state.withLock { state in
      defer { state.standing.trouble = nil }
      state.isAway = false
      return state.standing.trouble
    }
    if let trouble { logger.info("the store is back", metadata: ["since": "\(trouble.since)"]) }
    return true
  }

  /// Removes what is older, a part at a time. Returns how many records went; throws when the store is away.
  @discardableResult
  package func prune(before moment: Date) async throws(RecordStoreError) -> Int {
    let (store, part) = (store, limits.batch)
    let result: Result<Int, RecordStoreError> = await withCheckedContinuation { continuation in
      recovery.async {
        continuation.resume(
          returning: Result { () throws(RecordStoreError) in
            var total = 0
            while true {
              let gone = try store.prune(before: moment, limit: part)
              total += gone
              if gone == 0 { return total }
            }
          })
      }
    }
    return try result.get()
  }
}

/// What became of the records so far.
extension RecordWriter {
  package struct Standing: Sendable, Hashable {
    package struct Trouble: Sendable, Hashable {
      package var text: String
      package var since: Date
    }

    /// Taken by ``RecordWriter/append(_:)``, in this process.
    package var accepted = 0
    /// Not taken: there was no room.
    package var refused = 0
    /// In the store.
    package var stored = 0
    package var pending = 0
    /// In the file.
    package var spooled = 0
    /// Why the store is not written, and since when.
    package var trouble: Trouble?
  }
}
