import JSON
import Kubernetes
import Testing

@Suite struct LeaseElectionTests {
  /// A server with one lease and optimistic concurrency, and candidates whose clocks need not agree.
  private struct World {
    var lease: KubeObject?
    var version = 0

    mutating func turn(_ candidate: inout LeaseElection, now: Duration) {
      guard let write = candidate.observe(lease, now: now, wallClock: "t\(version)") else { return }
      put(write, &candidate, now: now)
    }

    mutating func put(_ write: LeaseElection.Write, _ candidate: inout LeaseElection, now: Duration) {
      var object: KubeObject
      switch write {
      case .create(let new):
        guard lease == nil else { return candidate.failed(now: now) }
        object = new
      case .replace(let changed):
        guard lease?.resourceVersion == changed.resourceVersion else { return candidate.failed(now: now) }
        object = changed
      }
      version += 1
      object[["metadata", "resourceVersion"]] = .string("\(version)")
      lease = object
      candidate.accepted(object, sentAt: now)
    }
  }

  private static let key = ObjectKey(namespace: "podium-system", name: "operator")
  private var world = World()
  private var first = LeaseElection(key: Self.key, identity: "first")
  private var second = LeaseElection(key: Self.key, identity: "second")

  @Test("The first candidate leads, the second follows for as long as the first renews")
  mutating func steady() {
    for step in 0..<60 {
      let now = Duration.seconds(2 * step)
      world.turn(&first, now: now)
      world.turn(&second, now: now + .milliseconds(300))
      #expect(first.leads(now: now))
      #expect(!second.leads(now: now + .milliseconds(300)))
    }
    #expect(second.holder == "first")
  }

  @Test("When the leader stops renewing the other takes over after the lease's duration, never before the first has stopped")
  mutating func takeover() {
    world.turn(&first, now: .zero)
    world.turn(&second, now: .seconds(1))
    var takenAt: Duration?
    for second in 1..<40 {
      let now = Duration.seconds(second)
      world.turn(&self.second, now: now)
      #expect(!(first.leads(now: now) && self.second.leads(now: now)))
      if takenAt == nil, self.second.leads(now: now) { takenAt = now }
    }
    #expect(takenAt == .seconds(16))
    #expect(world.lease?[["spec", "leaseTransitions"]] == 1)
    world.turn(&first, now: .seconds(40))
    #expect(!first.leads(now: .seconds(40)))
  }

  @Test("A holder's clock that is wrong by years changes nothing: only changes that were seen count")
  mutating func skew() {
    world.turn(&first, now: .zero)
    world.lease?[["spec", "renewTime"]] = "1999-01-01T00:00:00.000000Z"
    world.turn(&second, now: .seconds(1000))
    #expect(!second.leads(now: .seconds(1000)))
    world.turn(&second, now: .seconds(1014))
    #expect(!second.leads(now: .seconds(1014)))
    world.turn(&second, now: .seconds(1015))
    #expect(second.leads(now: .seconds(1015)))
  }

  @Test("Without an accepted write leading ends at the renew deadline, counted from when the write was sent")
  mutating func deadline() {
    world.turn(&first, now: .seconds(5))
    first.failed(now: .seconds(9))
    #expect(first.leads(now: .milliseconds(14_999)))
    #expect(!first.leads(now: .seconds(15)))
    first.failed(now: .seconds(15))
    #expect(first.state == .following)
  }

  @Test("A released lease is taken at once, and only its holder releases it")
  mutating func release() {
    world.turn(&first, now: .zero)
    #expect(second.release(world.lease, wallClock: "t") == nil)
    let released = first.release(world.lease, wallClock: "t")
    #expect(released != nil)
    world.lease = released
    #expect(!first.leads(now: .zero))
    world.turn(&second, now: .milliseconds(10))
    #expect(second.leads(now: .milliseconds(10)))
  }

  @Test("Of two candidates that see the same free lease only one gets it")
  mutating func race() {
    let writes = (first.observe(nil, now: .zero, wallClock: "t"), second.observe(nil, now: .zero, wallClock: "t"))
    if let write = writes.0 { world.put(write, &first, now: .zero) }
    if let write = writes.1 { world.put(write, &second, now: .zero) }
    #expect(first.leads(now: .zero))
    #expect(!second.leads(now: .zero))
  }

  @Test("Random stalls and restarts never make two leaders", arguments: 0..<30 as Range<UInt64>)
  func random(seed: UInt64) {
    var generator = SplitMix(state: seed)
    var world = World()
    var candidates = (0..<3).map { LeaseElection(key: Self.key, identity: "c\($0)") }
    // Candidates have their own monotonic origins.
    let skews = (0..<3).map { Duration.seconds(1000 * $0) }
    var now: Duration = .zero
    for _ in 0..<3000 {
      now += .milliseconds(Int.random(in: 1..<1500, using: &generator))
      let index = Int.random(in: 0..<3, using: &generator)
      switch Int.random(in: 0..<10, using: &generator) {
      case 0: now += .seconds(Int.random(in: 0..<25, using: &generator))
      case 1: candidates[index].failed(now: now + skews[index])
      case 2: candidates[index] = LeaseElection(key: Self.key, identity: "c\(index)-\(now)")
      default: world.turn(&candidates[index], now: now + skews[index])
      }
      let leaders = candidates.indices.filter { candidates[$0].leads(now: now + skews[$0]) }
      #expect(leaders.count <= 1, "seed \(seed) at \(now): \(leaders)")
    }
  }
}
