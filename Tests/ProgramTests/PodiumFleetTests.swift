import Foundation
import LoadGenerator
import TestKit
import Testing

/// Several proxies in front of one pool, as real processes: shares, a crash, a farewell, tiers across proxies. Figures are printed.
@Suite(.serialized) struct `Three proxies in front of one pool` {
  private func milliseconds(_ duration: Duration?) -> Int {
    duration.map { Int($0.components.seconds * 1000 + $0.components.attoseconds / 1_000_000_000_000_000) } ?? -1
  }

  /// Loads all proxies at once, each with its tier and number of clients.
  private func load(_ proxies: [FleetProxy], _ clients: [(String, Int)], seconds: Double) async throws -> [LoadReport?] {
    try await withThrowingTaskGroup(of: (Int, LoadReport).self) { group in
      for (index, (tier, count)) in clients.enumerated() where count > 0 {
        group.addTask { (index, try await proxies[index].load(tier, clients: count, seconds: seconds, seed: UInt64(index + 1))) }
      }
      var reports: [LoadReport?] = clients.map { _ in nil }
      for try await (index, report) in group { reports[index] = report }
      return reports
    }
  }

  @Test func `equal load gets equal parts, all demand gets all capacity, and the servers' own queues stay short`() async throws {
    let fleet = try await RunningFleet()
    let proxies = try await fleet.startAll()
    _ = try await load(proxies, Array(repeating: ("premium", 12), count: 3), seconds: 6)

    async let queue = sample(fleet, seconds: 6)
    let equal = try await load(proxies, Array(repeating: ("premium", 12), count: 3), seconds: 8).compactMap { $0 }
    let queued = try await queue
    let served = equal.map { Double($0.completed) }
    let mean = served.reduce(0, +) / 3
    print("equal load: completed \(served.map(Int.init)), in the servers' own queues \(queued) on average")
    #expect(served.allSatisfy { abs($0 - mean) <= 0.1 * mean }, "\(served)")
    #expect(queued < 3, "of \(RunningFleet.places) places")

    async let report = proxies[0].load("premium", clients: 24, seconds: 6)
    try await Task.sleep(for: .seconds(3))
    let parts = try await proxies.asyncMap { try await $0.part() }
    let alone = try await report
    print("all demand at one proxy: parts \(parts), completed \(alone.completed) in 6 s; at three proxies \(Int(mean * 3)) in 8 s")
    #expect(parts[0] >= 0.9 * parts.reduce(0, +), "\(parts)")
    #expect(Double(alone.completed) / 6 > 0.8 * mean * 3 / 8)
  }

  private func sample(_ fleet: RunningFleet, seconds: Double) async throws -> Double {
    var samples: [Double] = []
    let deadline = ContinuousClock.now + .milliseconds(Int64(seconds * 1000))
    while ContinuousClock.now < deadline {
      samples.append(try await fleet.queued())
      try await Task.sleep(for: .milliseconds(50))
    }
    return samples.reduce(0, +) / Double(max(1, samples.count))
  }

  @Test func `a killed proxy's part moves within some heartbeats, and back when it is started again; one that leaves says so`() async throws
  {
    let fleet = try await RunningFleet()
    var proxies = try await fleet.startAll()
    let survivors = Array(proxies[0...1])
    async let reports = load(survivors, [("premium", 12), ("premium", 12)], seconds: 20)
    let doomed = proxies[2]
    let lost = Task { try await doomed.load("premium", clients: 12, seconds: 4) }
    try await Task.sleep(for: .seconds(3))
    let before = try await doomed.part()
    #expect(before >= 2, "it has its part")
    let killed = ContinuousClock.now
    doomed.child.kill()
    try await eventually("the others have noticed", within: .seconds(10), every: .milliseconds(5)) {
      for proxy in survivors where try await proxy.figure("qos_fleet_members") != 2 { return false }
      return try await survivors[0].part() + survivors[1].part() >= 10
    }
    print(
      "killed with a part of \(before): its part had moved after \(milliseconds(ContinuousClock.now - killed)) ms of heartbeats every 100 ms"
    )
    _ = try? await lost.value

    let started = ContinuousClock.now
    proxies[2] = try await fleet.start(2)
    let again = proxies[2]
    async let back = again.load("premium", clients: 12, seconds: 6)
    try await eventually("its part is back", within: .seconds(10)) { try await again.part() >= 3 }
    print("started again: it had its part after \(milliseconds(ContinuousClock.now - started)) ms, its start included")
    #expect(try await back.completed > 0)
    for report in try await reports {
      let tier = try #require(report?.tiers.first)
      #expect(tier.broken == 0 && tier.timedOut == 0, "\(tier.statuses)")
    }

    again.child.signal(SIGTERM)
    #expect(try await again.child.wait(within: .seconds(30)) == 0)
    try await eventually("it has said good-bye") { survivors.allSatisfy { $0.child.errors.contains("has left; its part moves") } }
  }

  @Test func `enterprise at one proxy is not delayed by free load at the two others`() async throws {
    let fleet = try await RunningFleet()
    let proxies = try await fleet.startAll()
    _ = try await load(proxies, [("enterprise", 8), ("free", 8), ("free", 8)], seconds: 4)
    func quantiles(_ report: LoadReport?) -> (p50: Int, p99: Int) {
      let latencies = report?.tiers.first?.endToEnd
      return (milliseconds(latencies?.quantile(0.5)), milliseconds(latencies?.quantile(0.99)))
    }
    let alone = quantiles(try await load(proxies, [("enterprise", 3), ("free", 0), ("free", 0)], seconds: 6)[0])
    let reports = try await load(proxies, [("enterprise", 3), ("free", 12), ("free", 12)], seconds: 8)
    let (loaded, free) = (quantiles(reports[0]), quantiles(reports[1]))
    print(
      "enterprise p50 \(alone.p50) p99 \(alone.p99) ms alone; p50 \(loaded.p50) p99 \(loaded.p99) ms beside free with p50 \(free.p50) ms")
    // Time-outs of a busy machine are in both figures; waiting behind free would be as long as free waits.
    #expect(loaded.p50 < (alone.p50 + free.p50) / 2, "\(alone) \(loaded) \(free)")
    #expect(reports[0]?.tiers.first?.statuses.keys.sorted() == [200])
  }

  @Test func `datagrams of strangers are counted and ignored`() async throws {
    let fleet = try await RunningFleet()
    let proxies = try await fleet.startAll()
    for text in ["hello", "PdF1" + String(repeating: "x", count: 80)] {
      try await Command.run("bash", ["-c", "printf %s '\(text)' > /dev/udp/127.0.0.1/\(fleet.fleetPorts[0])"]).checked()
    }
    try await eventually("both are counted") { try await proxies[0].figure("qos_fleet_datagrams_ignored_total") >= 2 }
    #expect(try await proxies[0].figure("qos_fleet_members") == 3)
  }
}
