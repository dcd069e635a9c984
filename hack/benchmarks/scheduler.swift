// What scheduling decisions cost while many wait: compiled and run by hack/benchmarks/scheduler.
//
//   scheduler WAITING TENANTS BACKENDS ROUNDS     prints nanoseconds of CPU time per call, one "name value" a line
// With no rounds it only prepares: what a count of instructions has to leave out.
import Glibc
import Scheduling

func cpuNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// A pool in the middle of an overload: every slot in use, `waiting` tickets in three tiers and many tenants, random lengths.
struct Load {
  static let slots = 256
  let waiting: Int
  let tenants: Int
  var scheduler: Scheduler
  var now = MonotonicTime(nanoseconds: 1_000_000_000)
  var random = SplitMix64(seed: 1)
  var running: [Ticket] = []
  var oldest = 0

  init(waiting: Int, tenants: Int, backends: Int) {
    self.waiting = waiting
    self.tenants = tenants
    var settings = SchedulerSettings()
    (settings.maximumWaiting, settings.maximumWaitingUnmeasured) = (2 * waiting, 2 * waiting)
    (settings.refusalWait, settings.longestWait) = (1e12, 1e12)
    let servers = (0..<backends).map { Backend(host: "192.0.2.1", port: 1 + $0) }
    scheduler = Scheduler(policy: .standard, backends: servers, settings: settings, seed: 1, now: now)
    for index in 0..<backends {
      scheduler.report(BackendReport(running: 0, waiting: 0, maximumSequences: Self.slots / backends), from: index, now: now)
    }
    for _ in 0..<(waiting + Self.slots) { submit() }
    dispatch()
  }

  mutating func submit() {
    let word = random.next()
    // 70 % free, 20 % premium, 10 % enterprise.
    let tier = [2, 2, 2, 2, 2, 2, 2, 1, 1, 0][Int(word % 10)]
    let arrival = Arrival(
      tier: tier, tenant: (word >> 8) % UInt64(tenants), promptTokens: 10 + Int((word >> 32) % 2000),
      outputTokens: 10 + Int((word >> 48) % 500))
    guard case .waiting = scheduler.submit(arrival, now: now) else { return print("refused") }
  }

  mutating func dispatch() {
    while let dispatch = scheduler.next(now: now) { running.append(dispatch.ticket) }
  }

  /// The tickets that end now: the oldest ones, all but in order.
  mutating func ending(_ count: Int) -> [Ticket] {
    let ended = Array(running.prefix(count))
    running.removeFirst(count)
    return ended
  }
}

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard numbers.count == 4 else {
  print("usage: scheduler WAITING TENANTS BACKENDS ROUNDS")
  exit(64)
}
var load = Load(waiting: numbers[0], tenants: numbers[1], backends: numbers[2])
let rounds = numbers[3]
let batch = 64
var spent: [(name: String, nanoseconds: UInt64)] = [("finish", 0), ("submit", 0), ("next", 0)]
for round in 0..<rounds {
  load.now = load.now.advanced(by: .milliseconds(10))
  let ended = load.ending(batch)
  let start = cpuNanoseconds()
  for ticket in ended { load.scheduler.finish(ticket, .success(outputTokens: 100, promptTokens: 1000), now: load.now) }
  let finished = cpuNanoseconds()
  for _ in 0..<batch { load.submit() }
  let submitted = cpuNanoseconds()
  load.dispatch()
  let dispatched = cpuNanoseconds()
  // The first quarter warms up.
  guard round >= rounds / 4 else { continue }
  spent[0].nanoseconds += finished - start
  spent[1].nanoseconds += submitted - finished
  spent[2].nanoseconds += dispatched - submitted
}
let calls = Double(batch * max(1, rounds - rounds / 4))
for (name, nanoseconds) in spent { print(name, Double(nanoseconds) / calls) }
print("waiting", load.scheduler.statistics(now: load.now).waiting)
