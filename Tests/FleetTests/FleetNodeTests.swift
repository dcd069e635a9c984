import Scheduling
import Testing

@testable import Fleet

@Suite("A node of the fleet")
struct FleetNodeTests {
  static let rules = PoolRules(.standard)

  static func address(_ number: Int) -> FleetAddress { FleetAddress(host: "192.0.2.\(number)", port: 7946) }

  static func state(waiting: Int = 0, inUse: Int = 0, limit: Int = 6) -> PoolState {
    PoolState(
      pool: 1, reference: .milliseconds(200), tiers: [TierDemand(tier: FleetName.hash("premium"), inUse: inUse, waiting: waiting)],
      backends: [BackendClaim(backend: 2, limit: limit, inUse: inUse)])
  }

  /// Nodes that hear each other at once.
  struct Room {
    var nodes: [FleetNode]
    var demand: [Int]
    var mute: Set<Int> = []
    var now = MonotonicTime.zero
    var log: [(message: FleetMessage, to: Int, from: Int)] = []

    init(_ count: Int, ids: [UInt64]? = nil) {
      nodes = (1...count).map { FleetNode(id: ids?[$0 - 1] ?? UInt64($0), now: .zero) }
      demand = Array(repeating: 0, count: count)
      for index in nodes.indices { nodes[index].configure(peers: (1...count).map(FleetNodeTests.address), now: .zero) }
    }

    mutating func run(_ milliseconds: Int) {
      for _ in 0..<(milliseconds / 10) {
        now = now.advanced(by: .milliseconds(10))
        var datagrams: [(FleetDatagram, Int)] = []
        for index in nodes.indices where !mute.contains(index) {
          nodes[index].observe(FleetNodeTests.state(waiting: demand[index]), rules: FleetNodeTests.rules, now: now)
          _ = nodes[index].step(now: now)
          nodes[index].observe(FleetNodeTests.state(waiting: demand[index]), rules: FleetNodeTests.rules, now: now)
          datagrams += nodes[index].datagrams(now: now).map { ($0, index) }
        }
        for (datagram, from) in datagrams {
          guard let to = nodes.indices.first(where: { FleetNodeTests.address($0 + 1) == datagram.to }), !mute.contains(to) else { continue }
          log.append((datagram.message, to, from))
          nodes[to].receive(datagram.message, from: FleetNodeTests.address(from + 1), now: now)
        }
      }
    }

    func part(_ node: Int) -> Int? { nodes[node].pools[1]?.parts?[2] }
  }

  @Test("Alone, nothing is divided: one proxy is as it always was")
  func alone() {
    var node = FleetNode(id: 1, now: .zero)
    var random = SplitMix64(seed: 3)
    for round in 1...500 {
      let now = MonotonicTime.zero.advanced(by: .milliseconds(10 * round))
      node.observe(Self.state(waiting: Int(random.next() % 9)), rules: Self.rules, now: now)
      #expect(node.step(now: now).isEmpty)
      #expect(node.datagrams(now: now).isEmpty)
    }
  }

  @Test("Three that hear each other share; who has no demand leaves its part to the others")
  func sharing() {
    var room = Room(3)
    room.run(1000)
    #expect([0, 1, 2].map(room.part) == [2, 2, 2])
    #expect(room.nodes[0].peers.map(\.address) == [Self.address(2), Self.address(3)])
    room.demand = [9, 0, 0]
    room.run(200)
    #expect([0, 1, 2].map(room.part) == [6, 0, 0])
    room.demand = [9, 9, 0]
    room.run(200)
    #expect([0, 1, 2].map(room.part) == [3, 3, 0])
  }

  @Test("Before the others have been heard, only an even part is taken; when nobody comes, all of it")
  func start() {
    var room = Room(3)
    room.mute = [1, 2]
    room.demand = [9, 0, 0]
    room.run(300)
    #expect(room.part(0) == 2)
    room.run(700)
    #expect(room.part(0) == nil)
  }

  @Test("Silence is suspected after three heartbeats, and ends the membership after five")
  func silence() {
    var room = Room(2)
    room.run(2000)
    _ = room.nodes[0].takeEvents()
    room.mute = [1]
    room.run(200)
    #expect(room.nodes[0].takeEvents().isEmpty)
    room.run(200)
    #expect(room.nodes[0].takeEvents() == [.suspected(Self.address(2))])
    #expect(room.part(0) == 3)
    room.run(300)
    #expect(room.nodes[0].takeEvents() == [.crashed(Self.address(2))])
    #expect(room.part(0) == nil)
    room.mute = []
    room.run(500)
    #expect(room.nodes[0].takeEvents() == [.joined(Self.address(2))])
  }

  @Test("The time in which a process itself stood still is nobody's silence")
  func ownSilence() {
    var room = Room(2)
    room.run(1000)
    _ = room.nodes[0].takeEvents()
    room.now = room.now.advanced(by: .seconds(5))
    let now = room.now
    _ = room.nodes[0].step(now: now)
    #expect(room.nodes[0].takeEvents().isEmpty && room.nodes[0].peers.count == 1)
  }

  @Test("Another process at the same address replaces the one before, at once")
  func restart() {
    var room = Room(2)
    room.run(1000)
    _ = room.nodes[0].takeEvents()
    room.nodes[1] = FleetNode(id: 77, now: room.now)
    room.nodes[1].configure(peers: [Self.address(1), Self.address(2)], now: room.now)
    room.run(300)
    #expect(room.nodes[0].takeEvents() == [.restarted(Self.address(2)), .joined(Self.address(2))])
  }

  @Test("Who leaves keeps what it needs until it says good-bye")
  func leaving() {
    var room = Room(2)
    room.demand = [9, 1]
    room.run(1000)
    #expect([0, 1].map(room.part) == [5, 1])
    room.nodes[1].leave(now: room.now)
    room.run(50)
    for datagram in room.nodes[1].farewell() { room.nodes[0].receive(datagram.message, from: Self.address(2), now: room.now) }
    room.mute = [1]
    room.run(10)
    #expect(room.part(0) == nil)
    #expect(room.nodes[0].takeEvents().last == .left(Self.address(2)))
  }

  @Test("What was recorded is not heeded again: neither by the same process nor by one that is started later")
  func replay() {
    var room = Room(2)
    room.run(1000)
    let recorded = room.log.filter { $0.to == 0 && $0.message.to == 1 }.map(\.message)
    #expect(recorded.count > 5)
    let before = room.nodes[0].counters.stale
    for message in recorded { room.nodes[0].receive(message, from: Self.address(2), now: room.now) }
    #expect(room.nodes[0].counters.stale == before + UInt64(recorded.count))

    // The sender dies; its recording does not keep it alive, nor raises it from the dead.
    room.mute = [1]
    room.run(2000)
    for message in recorded { room.nodes[0].receive(message, from: Self.address(2), now: room.now) }
    #expect(room.nodes[0].peers.isEmpty)

    var later = FleetNode(id: 99, now: room.now)
    for message in recorded { later.receive(message, from: Self.address(2), now: room.now) }
    _ = later.step(now: room.now)
    #expect(later.peers.isEmpty)
    #expect(later.datagrams(now: room.now).allSatisfy { $0.message.pools.isEmpty })
  }

  @Test("A flood of greetings from many addresses is answered by few datagrams, and believed by nobody")
  func greetings() {
    var node = FleetNode(id: 1, now: .zero)
    node.observe(Self.state(), rules: Self.rules, now: .zero)
    for number in 0..<100_000 {
      let hello = FleetMessage(kind: .hello, from: UInt64(number + 2), to: 0, sequence: 1, interval: .zero)
      node.receive(hello, from: FleetAddress(host: "10.0.\(number / 250 % 250).\(number % 250)", port: number), now: .zero)
    }
    #expect(node.datagrams(now: .zero).count <= 256)
    #expect(node.peers.isEmpty)
  }

  @Test("Pools that a proxy no longer has are not kept for it")
  func forgottenPools() {
    var room = Room(2)
    room.demand = [9, 0]
    room.run(1000)
    room.nodes[1].forget(poolsExcept: [])
    for _ in 0..<100 {
      room.now = room.now.advanced(by: .milliseconds(10))
      let now = room.now
      for datagram in room.nodes[1].datagrams(now: now) { room.nodes[0].receive(datagram.message, from: Self.address(2), now: now) }
      _ = room.nodes[1].step(now: now)
      for (index, peer) in [(0, 1)] {
        room.nodes[index].observe(Self.state(waiting: 9), rules: Self.rules, now: now)
        _ = room.nodes[index].step(now: now)
        for datagram in room.nodes[index].datagrams(now: now) {
          room.nodes[peer].receive(datagram.message, from: Self.address(1), now: now)
        }
      }
    }
    #expect(room.nodes[0].peers.count == 1 && room.part(0) == 6)
  }
}
