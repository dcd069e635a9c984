import Foundation
import LoadGenerator
import TestKit

/// Three podium-proxy processes in front of three simulated model servers of four places each, on loopback.
final class RunningFleet: Sendable {
  static let (places, servers) = (12, 3)

  let directory: TemporaryDirectory
  let backends: [ChildProcess]
  let backendPorts: [Int]
  let fleetPorts: [Int]

  init() async throws {
    directory = try TemporaryDirectory()
    fleetPorts = try Self.freePorts(3)
    var backends: [ChildProcess] = []
    for seed in 0..<Self.servers {
      backends.append(
        try ChildProcess(
          Places.repository + "/.build/debug/podium",
          [
            "simulate-server", "--model", "m", "--host", "127.0.0.1", "--port", "0", "--max-num-seqs", "4", "--time-to-first-token", "15ms",
            "--inter-token-latency", "10ms", "--prompt-tokens", "4", "--time-factor-under-load", "1", "--seed", "\(seed)",
          ]))
    }
    self.backends = backends
    backendPorts = try await backends.asyncMap { child in
      try await eventually("a model server listens") {
        child.errors.firstMatch(of: /port=(\d+)/).flatMap { Int($0.1) } ?? child.output.firstMatch(of: /port=(\d+)/).flatMap { Int($0.1) }
      }
    }
  }

  /// A proxy of the fleet, listening.
  func start(_ number: Int) async throws -> FleetProxy {
    let peers = fleetPorts.map { "'127.0.0.1:\($0)'" }.joined(separator: ", ")
    let pool = backendPorts.map { "{host: 127.0.0.1, port: \($0)}" }.joined(separator: ", ")
    let file = """
      fleet: {listen: '127.0.0.1:\(fleetPorts[number])', peers: [\(peers)], key: only for this test and this machine}
      policy:
        classification: [{trustedHeader: x-customer-tier}]
        pools: [{name: m, backends: [\(pool)]}]
      """
    let path = try directory.write(file, to: "proxy\(number).yaml")
    let child = try ChildProcess(Places.repository + "/.build/debug/podium-proxy", ["--config", path, "--port", "0", "--loops", "1"])
    let port = try await eventually("proxy \(number) listens") {
      if let status = child.exitStatus() { throw TestKitError("it ended with \(status): \(child.errors)") }
      return child.output.firstMatch(of: /http:\/\/127.0.0.1:(\d+)/).flatMap { Int($0.1) }
    }
    return FleetProxy(child: child, port: port)
  }

  func startAll() async throws -> [FleetProxy] {
    let proxies = try await [0, 1, 2].asyncMap { try await self.start($0) }
    try await eventually("three proxies know each other") {
      for proxy in proxies where try await proxy.figure("qos_fleet_members") != 3 { return false }
      return true
    }
    return proxies
  }

  /// Requests that wait in the servers' own queues now.
  func queued() async throws -> Double {
    var sum = 0.0
    for port in backendPorts { sum += try await FleetProxy.sum("vllm:num_requests_waiting", port: port) }
    return sum
  }

  static func freePorts(_ count: Int) throws -> [Int] {
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    return try (0..<count).map { _ in
      let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
      sockets.append(descriptor)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let port = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
        } ? Int(UInt16(bigEndian: pointer.pointee.sin_port)) : 0
      }
      guard port > 0 else { throw TestKitError("no free UDP port") }
      return port
    }
  }
}

/// One proxy of the fleet.
struct FleetProxy: Sendable {
  let child: ChildProcess
  let port: Int

  /// The sum of a metric's samples.
  func figure(_ name: String) async throws -> Double { try await Self.sum(name, port: port) }

  /// Slots that are its own now.
  func part() async throws -> Double { try await figure("qos_capacity") }

  static func sum(_ name: String, port: Int) async throws -> Double {
    let page = try await Command.run("curl", ["-sS", "--max-time", "20", "http://127.0.0.1:\(port)/metrics"]).checked().output
    return page.split(separator: "\n").reduce(0) { sum, line in
      guard line.hasPrefix(name + "{"), let value = line.split(separator: " ").last.flatMap({ Double($0) }) else { return sum }
      return sum + value
    }
  }

  /// Clients that ask again as soon as they are answered.
  func load(_ tier: String, clients: Int, seconds: Double, seed: UInt64 = 1) async throws -> LoadReport {
    var plan = LoadPlan(
      port: port, model: "m", arrivals: .closed(clients: clients), duration: .milliseconds(Int64(seconds * 1000)),
      tiers: [.init(name: tier, share: 1)])
    plan.streams = false
    plan.promptTokens = 8
    plan.outputTokens = 20
    plan.seed = seed
    return try await Load.run(plan)
  }
}

extension Array {
  func asyncMap<Result>(_ transform: (Element) async throws -> Result) async throws -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
