import Scheduling

/// Watches the scheduler from outside, with books of its own, and writes down broken promises.
struct InvariantCheck: Sendable {
  private static let enough = 20

  private(set) var violations: [Violation] = []
  /// By tier: tickets that wait for their first attempt, and all tickets that wait.
  private(set) var fresh: [Int]
  private(set) var waiting: [Int]
  /// By server: slots in use.
  private(set) var inUse: [Int]
  private var owed: [Double]
  private var couldGo: [Bool]
  /// By server: its index as a backend, as of the last update of the scheduler.
  var backends: [Int?]
  private let priorities: [Int]
  private let algorithm: SchedulingPolicy.Algorithm

  init(policy: SchedulingPolicy, servers: Int) {
    priorities = policy.tiers.map(\.priority)
    algorithm = policy.algorithm
    fresh = Array(repeating: 0, count: priorities.count)
    waiting = fresh
    owed = Array(repeating: 0, count: priorities.count)
    couldGo = Array(repeating: false, count: priorities.count)
    inUse = Array(repeating: 0, count: servers)
    backends = Array(repeating: nil, count: servers)
  }

  mutating func broken(_ invariant: Violation.Invariant, _ now: MonotonicTime, _ detail: String) {
    guard violations.count < Self.enough else { return }
    violations.append(Violation(invariant: invariant, at: now.since(.zero), detail: detail))
  }

  mutating func admitted(_ request: SimulatedRequest) {
    waiting[request.tier] += 1
    if request.attempts == 0 { fresh[request.tier] += 1 }
  }

  mutating func leftQueue(_ request: SimulatedRequest) {
    waiting[request.tier] -= 1
    if request.attempts == 0 { fresh[request.tier] -= 1 }
  }

  mutating func started(server: Int) { inUse[server] += 1 }
  mutating func ended(server: Int) { inUse[server] -= 1 }

  /// Before the scheduler is asked: who waits, could go, and is owed.
  mutating func beforeNext(_ scheduler: Scheduler, _ now: MonotonicTime) {
    for tier in priorities.indices {
      owed[tier] = scheduler.owed(to: tier)
      let isPossible = fresh[tier] > 0 && inUse.indices.contains { canServe(scheduler, tier, $0, now) }
      couldGo[tier] = isPossible
    }
  }

  /// I2: passed by a lower priority only when rule 1 or 2 says so, and then the lower one was owed work.
  mutating func checkOrder(_ dispatch: Dispatch, tier: Int, _ now: MonotonicTime) {
    guard algorithm != .weightedFair else { return }
    for other in priorities.indices where priorities[other] > priorities[tier] && couldGo[other] {
      switch dispatch.rule {
      case .starved where owed[tier] > 0: break
      case .owed where owed[tier] > 0 && owed[other] <= 0 && algorithm == .workConservingPriority: break
      default: broken(.order, now, "tier \(tier) passed tier \(other) by rule \(dispatch.rule), owed \(owed[tier]) and \(owed[other])")
      }
    }
  }

  /// I1: after `next` has said nil, no free slot is left that a waiting ticket could use.
  mutating func checkWorkConserving(_ scheduler: Scheduler, _ now: MonotonicTime) {
    for tier in priorities.indices where fresh[tier] > 0 {
      for server in inUse.indices where canServe(scheduler, tier, server, now) {
        broken(.workConserving, now, "server \(server) has a free slot while tier \(tier) waits")
      }
    }
  }

  private func canServe(_ scheduler: Scheduler, _ tier: Int, _ server: Int, _ now: MonotonicTime) -> Bool {
    guard let index = backends[server] else { return false }
    return inUse[server] < scheduler.limit(ofBackend: index, now: now) && scheduler.admits(tier: tier, backend: index, now: now)
  }
}
