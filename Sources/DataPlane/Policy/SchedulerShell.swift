import Scheduling
import Synchronization

/// The scheduler of one pool, shared by all event loops: decides under its one lock; the caller acts outside of it.
final class SchedulerShell: Sendable {
  enum Admitted {
    case granted(Grant)
    case waiting(Ticket)
    case refused(Refusal)
  }

  private struct State {
    var scheduler: Scheduler
    /// Counts policies: a tier's index is only valid for the policy it was looked up in.
    var generation = 0
    /// Address numbers by the scheduler's backend index; -1 where not looked up yet.
    var endpoints: [Int] = []
  }

  let name: String
  private let endpoints: EndpointTable
  private let inboxes: [LoopInbox]
  private let alarm: SchedulerAlarm
  private let state: Mutex<State>

  init(pool: PoolPolicy, endpoints: EndpointTable, inboxes: [LoopInbox], alarm: SchedulerAlarm, seed: UInt64, now: MonotonicTime) {
    name = pool.name
    self.endpoints = endpoints
    self.inboxes = inboxes
    self.alarm = alarm
    state = Mutex(State(scheduler: Scheduler(policy: pool.scheduling, backends: pool.backends, start: pool.start, seed: seed, now: now)))
  }

  /// Takes over a new policy and new backends; nothing that waits or runs is dropped.
  /// - Returns: The generation of tier indices from now on, and the loops to wake.
  func update(_ pool: PoolPolicy, now: MonotonicTime) -> (generation: Int, wakeups: Wakeups) {
    state.withLock { state in
      state.scheduler.expect(pool.start)
      state.scheduler.update(policy: pool.scheduling, backends: pool.backends, now: now)
      state.generation += 1
      state.endpoints.removeAll(keepingCapacity: true)
      var wakeups = Wakeups()
      drain(&state, now: now, &wakeups)
      return (state.generation, wakeups)
    }
  }

  /// The pool has left the policy: what runs may end, what waits is turned away.
  func close(now: MonotonicTime) -> Wakeups {
    state.withLock { state in
      state.scheduler.update(policy: state.scheduler.policy, backends: [], now: now)
      state.endpoints.removeAll(keepingCapacity: true)
      var wakeups = Wakeups()
      drain(&state, now: now, &wakeups)
      return wakeups
    }
  }

  /// - Parameters:
  ///   - tierName: Finds the tier again when the policy has changed since `arrival.tier` was looked up.
  func submit(
    _ arrival: Arrival, tierName: String, generation: Int, now: MonotonicTime, wakeups: inout Wakeups
  ) -> Admitted {
    state.withLock { state in
      var arrival = arrival
      if generation != state.generation { arrival.tier = state.scheduler.tierIndex(named: tierName) ?? -1 }
      let admission = state.scheduler.submit(arrival, now: now)
      return settle(&state, admission, Tag(rawValue: arrival.tag), now, &wakeups)
    }
  }

  /// The attempt failed before its first byte reached the client.
  func retry(_ ticket: Ticket, _ outcome: Outcome, tag: Tag, now: MonotonicTime, wakeups: inout Wakeups) -> Admitted {
    state.withLock { state in
      let admission = state.scheduler.retry(ticket, outcome, now: now)
      return settle(&state, admission, tag, now, &wakeups)
    }
  }

  func firstToken(_ ticket: Ticket, now: MonotonicTime) {
    state.withLock { $0.scheduler.firstToken(ticket, now: now) }
  }

  /// The backend has agreed to a session of unknown length.
  func opened(_ ticket: Ticket, now: MonotonicTime) -> Wakeups {
    change(now) { $0.opened(ticket, now: now) }
  }

  func finish(_ ticket: Ticket, _ outcome: Outcome, now: MonotonicTime) -> Wakeups {
    change(now) { $0.finish(ticket, outcome, now: now) }
  }

  func cancel(_ ticket: Ticket, now: MonotonicTime) -> Wakeups {
    change(now) { $0.cancel(ticket, now: now) }
  }

  func report(_ report: BackendReport, from backend: Int, now: MonotonicTime) -> Wakeups {
    change(now) { $0.report(report, from: backend, now: now) }
  }

  /// Lets the scheduler act on the passing of time: a breaker that may be probed again has no event of its own.
  func poll(now: MonotonicTime) -> Wakeups { change(now) { _ in } }

  /// What matters for asking a backend how busy it is; `nil` for one that drains or is gone. Cheaper than all statistics.
  /// - Returns: `serviceTime` in seconds.
  func reportable(id: String, now: MonotonicTime) -> (index: Int, limit: Int, serviceTime: Double?)? {
    state.withLock { state in
      guard let index = state.scheduler.serviceIndex(id: id) else { return nil }
      return (index, state.scheduler.limit(ofBackend: index, now: now), state.scheduler.serviceTime)
    }
  }

  func statistics(now: MonotonicTime) -> SchedulerStatistics {
    state.withLock { $0.scheduler.statistics(now: now) }
  }

  func read<Answer>(_ body: (Scheduler) -> Answer) -> Answer { state.withLock { body($0.scheduler) } }

  /// The number of a backend's address.
  func number(of backend: Backend) -> Int? { endpoints.number(of: backend) }

  func demand(now: MonotonicTime) -> PoolDemand {
    state.withLock { $0.scheduler.demand(now: now) }
  }

  func change(_ now: MonotonicTime, _ body: (inout Scheduler) -> Void) -> Wakeups {
    state.withLock { state in
      body(&state.scheduler)
      var wakeups = Wakeups()
      drain(&state, now: now, &wakeups)
      return wakeups
    }
  }
}

extension SchedulerShell {
  private func settle(
    _ state: inout State, _ admission: Admission, _ tag: Tag, _ now: MonotonicTime, _ wakeups: inout Wakeups
  ) -> Admitted {
    switch admission {
    case .refused(let refusal):
      drain(&state, now: now, &wakeups)
      return .refused(refusal)
    case .waiting(let ticket):
      var answer = Admitted.waiting(ticket)
      drain(&state, now: now, &wakeups) { event in
        switch event {
        case .granted(let grant) where grant.tag == tag: answer = .granted(grant)
        case .evicted(let evicted, let refusal) where evicted == tag: answer = .refused(refusal)
        default: return false
        }
        return true
      }
      return answer
    }
  }

  /// Leaves every decision in the inbox of its loop, except those that `take` keeps for its caller.
  @inline(__always)
  private func drain(
    _ state: inout State, now: MonotonicTime, _ wakeups: inout Wakeups, take: (LoopEvent) -> Bool = { _ in false }
  ) {
    while let dispatch = state.scheduler.next(now: now) {
      let grant = Grant(
        tag: Tag(rawValue: dispatch.tag), ticket: dispatch.ticket, backend: dispatch.backend,
        endpoint: endpoint(&state, dispatch.backend), waited: dispatch.waitedNanoseconds,
        timeout: state.scheduler.attemptNanoseconds(for: dispatch.ticket))
      if !take(.granted(grant)), inboxes[grant.tag.loop].push(.granted(grant)) { wakeups.insert(loop: grant.tag.loop) }
    }
    while let eviction = state.scheduler.nextEviction() {
      let tag = Tag(rawValue: eviction.tag)
      if !take(.evicted(tag, eviction.refusal)), inboxes[tag.loop].push(.evicted(tag, eviction.refusal)) { wakeups.insert(loop: tag.loop) }
    }
    // The first loop keeps the time for all schedulers; nothing to do unless somebody waits.
    if let wakeup = state.scheduler.nextWakeup(now: now), alarm.ask(for: wakeup) { wakeups.insert(loop: 0) }
  }

  private func endpoint(_ state: inout State, _ backend: Int) -> Int {
    if backend < state.endpoints.count, state.endpoints[backend] >= 0 { return state.endpoints[backend] }
    while state.endpoints.count <= backend { state.endpoints.append(-1) }
    // The policy was checked: every host is an IP address. Number 0 always exists then.
    let number = state.scheduler.backend(at: backend).flatMap(endpoints.number(of:)) ?? 0
    state.endpoints[backend] = number
    return number
  }
}
