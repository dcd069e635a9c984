import JSON
import Kubernetes
import Logging
import Synchronization

/// Runs work on at most one of several candidates at a time, by a Lease. Its life is one ``run(_:)``.
///
/// Give it a client with a connection of its own and short time limits: a sick watch must not cost the lease.
package final class LeaderElector: Sendable {
  private let client: Client
  private let election: Mutex<LeaseElection>
  private let timing: LeaseElection.Timing
  private let key: ObjectKey
  private let metrics: RuntimeMetrics
  private let logger: Logger
  private let lastProblem = Mutex<KubeError?>(nil)

  /// - Parameter identity: unlike that of every other candidate, such as pod name and a random suffix.
  package init(
    _ client: Client, lease: ObjectKey, identity: String, timing: LeaseElection.Timing = LeaseElection.Timing(),
    metrics: RuntimeMetrics = RuntimeMetrics(), logger: Logger = Logger(label: "podium.leader")
  ) {
    self.client = client
    self.timing = timing
    self.metrics = metrics
    self.logger = logger
    key = lease
    election = Mutex(LeaseElection(key: lease, identity: identity, timing: timing))
  }

  package var isLeading: Bool { election.withLock { $0.leads(now: Clocks.monotonic()) } }
  /// Who holds the lease as far as is known.
  package var holder: String? { election.withLock { $0.holder } }
  /// Why the last look at the lease failed; `nil` once one has worked.
  package var problem: KubeError? { lastProblem.withLock { $0 } }

  /// Waits to lead, then runs `work`, which is cancelled when leading ends; then waits again. Cancelled itself, it waits for `work`
  /// to end and gives the lease back. Returns when cancelled, or when `work` returns by itself.
  package func run(_ work: @escaping @Sendable () async -> Void) async {
    while !Task.isCancelled {
      guard await acquire() else { break }
      logger.info("leading")
      metrics.set("leading", to: 1)
      let isOver = await lead(work)
      metrics.set("leading", to: 0)
      if isOver { break }
      logger.warning("leading ended")
    }
    await release()
  }

  /// `false` when cancelled before.
  private func acquire() async -> Bool {
    while !Task.isCancelled {
      await attempt()
      if isLeading { return true }
      // Spread over the candidates, so that they do not write at once.
      try? await Task.sleep(for: timing.retry * Double.random(in: 1..<1.2))
    }
    return false
  }

  private enum Ending: Sendable {
    case workEnded
    case lost
  }

  /// Whether there is nothing more to do: the work ended, or this was cancelled.
  private func lead(_ work: @escaping @Sendable () async -> Void) async -> Bool {
    await withTaskGroup(of: Ending.self) { group in
      group.addTask {
        await work()
        return .workEnded
      }
      group.addTask {
        await self.guardDeadline()
        return .lost
      }
      group.addTask {
        while !Task.isCancelled, self.isLeading {
          try? await Task.sleep(for: self.timing.retry)
          if !Task.isCancelled { await self.attempt() }
        }
        return .lost
      }
      let first = await group.next()
      group.cancelAll()
      await group.waitForAll()
      return first == .workEnded || Task.isCancelled
    }
  }

  /// Returns when leading has ended, even while a renewal hangs.
  private func guardDeadline() async {
    while !Task.isCancelled, let until = election.withLock({ $0.leadsUntil }), until > Clocks.monotonic() {
      try? await Task.sleep(for: until - Clocks.monotonic())
    }
  }

  private func attempt() async {
    let before = isLeading
    do {
      let sentAt = Clocks.monotonic()
      let lease = try await client.find(LeaseElection.type, key)
      lastProblem.withLock { $0 = nil }
      let write = election.withLock { $0.observe(lease, now: Clocks.monotonic(), wallClock: Clocks.wallMicro()) }
      let accepted: KubeObject
      switch write {
      case .create(let object): accepted = try await client.create(LeaseElection.type, object)
      case .replace(let object): accepted = try await client.replace(LeaseElection.type, object)
      case nil: return
      }
      election.withLock { $0.accepted(accepted, sentAt: sentAt) }
    } catch {
      election.withLock { $0.failed(now: Clocks.monotonic()) }
      if !error.isConflict { lastProblem.withLock { $0 = error } }
      if before || !error.isConflict { logger.warning("lease \(key): \(error)") }
    }
  }

  /// Lets another candidate lead at once. It runs outside of this task, which is cancelled by now.
  private func release() async {
    guard election.withLock({ $0.leadsUntil }) != nil else { return }
    await Task { [self] in
      guard let lease = try? await client.find(LeaseElection.type, key),
        let released = election.withLock({ $0.release(lease, wallClock: Clocks.wallMicro()) })
      else { return }
      _ = try? await client.replace(LeaseElection.type, released)
    }.value
  }
}
