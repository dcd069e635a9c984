import Scheduling
import Testing

/// A scheduler with a clock that the test moves by hand.
struct Pool {
  var scheduler: Scheduler
  var now = MonotonicTime(nanoseconds: 1_000_000_000)
  var nextTag: UInt64 = 0

  static func backends(_ count: Int) -> [Backend] { (0..<count).map { Backend(id: "b\($0)", host: "127.0.0.1", port: 8000 + $0) } }

  init(
    _ policy: SchedulingPolicy = .standard, backends count: Int = 1, settings: SchedulerSettings = .init(), slots: Int? = nil
  ) {
    scheduler = Scheduler(policy: policy, backends: Self.backends(count), settings: settings, seed: 1, now: now)
    if let slots {
      for index in 0..<count {
        scheduler.report(BackendReport(running: 0, waiting: 0, maximumSequences: slots), from: index, now: now)
      }
    }
  }

  mutating func wait(_ duration: Duration) { now = now.advanced(by: duration) }

  /// Submits a request; its tag is a running number.
  @discardableResult
  mutating func submit(_ tier: String, tenant: UInt64 = 0, prompt: Int = 0, output: Int = 0) -> Admission {
    nextTag += 1
    let index = scheduler.tierIndex(named: tier) ?? scheduler.defaultTierIndex
    return scheduler.submit(
      Arrival(tier: index, tenant: tenant, promptTokens: prompt, outputTokens: output, tag: nextTag), now: now)
  }

  mutating func ticket(_ tier: String, tenant: UInt64 = 0, prompt: Int = 0, output: Int = 0) throws -> Ticket {
    guard case .waiting(let ticket) = submit(tier, tenant: tenant, prompt: prompt, output: output) else {
      throw Unexpected(what: "the ticket was refused")
    }
    return ticket
  }

  mutating func next() -> Dispatch? { scheduler.next(now: now) }

  /// The next dispatch, which the test expects.
  mutating func dispatch() throws -> Dispatch {
    guard let dispatch = next() else { throw Unexpected(what: "nothing was dispatched") }
    return dispatch
  }

  mutating func drain() -> [Dispatch] {
    var all: [Dispatch] = []
    while let dispatch = next() { all.append(dispatch) }
    return all
  }

  mutating func evictions() -> [Eviction] {
    var all: [Eviction] = []
    while let eviction = scheduler.nextEviction() { all.append(eviction) }
    return all
  }

  mutating func finish(_ ticket: Ticket, _ outcome: Outcome = .success) { scheduler.finish(ticket, outcome, now: now) }

  /// Serves `count` requests of the duration, one after the other, so that service times are known.
  mutating func warmUp(_ duration: Duration = .milliseconds(100), count: Int = 10, tier: String = "enterprise", output: Int? = nil) {
    for _ in 0..<count {
      submit(tier, output: output ?? 0)
      guard let dispatch = next() else { return }
      wait(duration)
      finish(dispatch.ticket, .success(outputTokens: output, promptTokens: nil))
    }
  }

  /// Keeps the report of every backend fresh.
  mutating func report(slots: Int, backends: [Int]) {
    for index in backends { scheduler.report(BackendReport(running: 0, waiting: 0, maximumSequences: slots), from: index, now: now) }
  }

  func tier(_ name: String) -> TierStatistics? { scheduler.statistics(now: now).tiers.first { $0.name == name } }
}

struct Unexpected: Error { var what: String }

extension Admission {
  var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
  var ticket: Ticket? { if case .waiting(let ticket) = self { ticket } else { nil } }
}

extension SchedulingPolicy {
  static func standard(_ algorithm: Algorithm) -> SchedulingPolicy {
    var policy = standard
    policy.algorithm = algorithm
    return policy
  }
}
