import Foundation
import TestKit
import Testing

/// podium-proxy as a user runs it.
@Suite struct `podium-proxy` {
  private let program = Places.repository + "/.build/debug/podium-proxy"

  private func file(_ models: String..., weight: Int = 10) -> String {
    """
    policy:
      pools:
      - name: chat
        models: [\(models.joined(separator: ", "))]
        scheduling: {tiers: [{name: only, weight: \(weight), priority: 1}]}
    """
  }

  /// The address it prints once it listens.
  private func address(of child: ChildProcess) async throws -> String {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      if let line = child.output.split(separator: "\n").first, let start = line.firstRange(of: "https://") ?? line.firstRange(of: "http://")
      {
        return String(line[start.lowerBound...])
      }
      if let status = child.exitStatus() { throw TestKitError("it ended with \(status): \(child.errors)") }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw TestKitError("it does not listen: \(child.output)\(child.errors)")
  }

  private func models(at address: String) async throws -> String {
    try await Command.run("curl", ["-sS", "--max-time", "20", "\(address)/v1/models"]).checked().output
  }

  private func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("it did not happen that \(what)")
  }

  @Test func `takes over a changed file, keeps the last good one when the new one is wrong, and ends on SIGTERM`() async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(file("one"), to: "proxy.yaml")
    let child = try ChildProcess(program, ["--config", path, "--port", "0"])
    let address = try await address(of: child)
    #expect(try await models(at: address).contains("\"one\""))

    _ = try directory.write(file("two"), to: "proxy.yaml")
    try await eventually("the new file is served") { try await models(at: address).contains("\"two\"") }

    _ = try directory.write(file("three", weight: 0), to: "proxy.yaml")
    try await eventually("the wrong field is named") { child.errors.contains("policy.pools[0].scheduling.tiers[0].weight: is 0") }
    #expect(try await models(at: address).contains("\"two\""))

    _ = try directory.write(file("four"), to: "proxy.yaml")
    kill(child.pid, SIGHUP)
    try await eventually("the corrected file is served") { try await models(at: address).contains("\"four\"") }
    kill(child.pid, SIGTERM)
    #expect(try await child.wait(within: .seconds(30)) == 0)
  }

  @Test func `speaks TLS and HTTP/2, renews its certificate on SIGHUP, and loses no request when it ends`() async throws {
    let certificates = try await TestCertificates()
    let (pair, next) = (try await certificates.server(), try await certificates.issue("next", names: ["IP:127.0.0.1"], days: 9))
    let directory = try TemporaryDirectory()
    let path = try directory.write("listen: {tls: {certificate: \(pair.certificate), key: \(pair.key)}}\n" + file("one"), to: "proxy.yaml")
    let child = try ChildProcess(program, ["--config", path, "--port", "0"])
    let address = try await address(of: child)
    #expect(address.hasPrefix("https://"))
    func curl(_ arguments: [String]) async throws -> CommandResult {
      try await Command.run("curl", ["-sS", "--max-time", "30", "--cacert", certificates.authority.certificate] + arguments)
    }
    for flag in ["--http1.1", "--http2"] { #expect(try await curl([flag, "\(address)/v1/models"]).checked().output.contains("\"one\"")) }

    for (from, to) in [(next.certificate, pair.certificate), (next.key, pair.key)] {
      try Data(contentsOf: URL(fileURLWithPath: from)).write(to: URL(fileURLWithPath: to))
    }
    kill(child.pid, SIGHUP)
    try await eventually("the new certificate is in force") { child.errors.contains("TLS certificate in force") }
    #expect(try await curl(["\(address)/v1/models"]).succeeded)
    try Data("nonsense".utf8).write(to: URL(fileURLWithPath: pair.key))
    try await eventually("the bad key is refused") {
      child.errors.contains("TLS certificate refused, the last good one stays: listen.tls.key")
    }

    // Three hundred requests over one connection of HTTP/2, fifty at a time, while the process is told to end: each is answered, or
    // never reached it because the connection was gone before.
    async let answers = curl([
      "--http2", "--parallel", "--parallel-max", "50", "-o", "/dev/null", "-w", "%{http_code} ", "\(address)/v1/models?[1-300]",
    ])
    try await Task.sleep(for: .milliseconds(60))
    kill(child.pid, SIGTERM)
    let (output, errors) = (try await answers.output, try await answers.errors)
    #expect(output.split(separator: " ").allSatisfy { $0 == "200" || $0 == "000" } && output.contains("200"))
    let lost = errors.split(separator: "\n").filter {
      $0.contains("curl:") && !$0.contains("connect to 127.0.0.1") && !$0.contains("SSL_connect")
    }
    #expect(lost.isEmpty, "requests that had been sent were lost")
    #expect(try await child.wait(within: .seconds(30)) == 0)
  }

  @Test func `says which file of its TLS certificate is wrong`() async throws {
    let certificates = try await TestCertificates()
    let (pair, other) = (try await certificates.server(), try await certificates.issue("other"))
    let directory = try TemporaryDirectory()
    let path = try directory.write(file("one"), to: "proxy.yaml")
    for (arguments, message) in [
      (["--tls-certificate", pair.certificate, "--tls-key", other.key], "is not the key of the first certificate"),
      (["--tls-certificate", "none.pem", "--tls-key", pair.key], "listen.tls.certificate: none.pem cannot be read (No such file"),
      (["--tls-certificate", pair.certificate], "--tls-certificate and --tls-key go together"),
      (["--tls-client-ca", pair.certificate], "--tls-client-ca: give --tls-certificate and --tls-key as well"),
    ] {
      let result = try await Command.run(program, ["--config", path, "--port", "0"] + arguments)
      #expect(result.status != 0 && result.errors.contains(message), "\(result.errors)")
    }
  }

  @Test func `says what is wrong with its file, or that its port is in use`() async throws {
    let directory = try TemporaryDirectory()
    let missing = try await Command.run(program, ["--config", directory.path + "/none.yaml"])
    #expect(missing.status != 0 && missing.errors.contains("none.yaml: cannot be read"))
    let wrong = try await Command.run(program, ["--config", directory.write("policy: {pools: [{nam: x}]}", to: "wrong.yaml")])
    #expect(wrong.status != 0 && wrong.errors.contains("policy.pools[0].name: is missing"))
    let garbled = try await Command.run(program, ["--config", directory.write("policy: [", to: "garbled.yaml")])
    #expect(garbled.status != 0 && garbled.errors.contains("garbled.yaml: line "))

    let path = try directory.write(file("one"), to: "proxy.yaml")
    let first = try ChildProcess(program, ["--config", path, "--port", "0"])
    let port = try await address(of: first).split(separator: ":").last.map(String.init) ?? ""
    let second = try await Command.run(program, ["--config", path, "--port", port])
    #expect(second.status != 0 && second.errors.contains("port \(port) on 127.0.0.1 is already in use"))
  }
}

/// What an idle process costs, and how it stops: as the kernel and a load balancer see it.
@Suite struct `podium-proxy as a process` {
  private let program = Places.repository + "/.build/debug/podium-proxy"

  private func started(_ yaml: String) async throws -> (ChildProcess, String) {
    let directory = try TemporaryDirectory()
    let child = try ChildProcess(program, ["--config", directory.write(yaml, to: "proxy.yaml"), "--port", "0"])
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      if let line = child.output.split(separator: "\n").first, let start = line.firstRange(of: "http://") {
        return (child, String(line[start.lowerBound...]))
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw TestKitError("it does not listen: \(child.output)\(child.errors)")
  }

  private func switches(_ pid: pid_t) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").reduce(0) { sum, task in
      let text = try String(contentsOfFile: "/proc/\(pid)/task/\(task)/status", encoding: .utf8)
      let line = text.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
      return sum + (line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
    }
  }

  @Test func `sleeps while nothing happens`() async throws {
    let (child, _) = try await started("policy: {pools: [{name: chat, backends: []}]}")
    // What its start leaves to do may take a loaded machine some seconds; what ticks for ever shows in every window.
    var fewest = Int.max
    for _ in 0..<5 where fewest >= 60 {
      try await Task.sleep(for: .milliseconds(500))
      let before = try switches(child.pid)
      try await Task.sleep(for: .seconds(2))
      fewest = min(fewest, try switches(child.pid) - before)
    }
    // The file is looked at five times a second, which is two or three threads' turns; event loops sleep.
    #expect(fewest < 60, "\(fewest) in two seconds")
    kill(child.pid, SIGTERM)
    _ = try await child.wait(within: .seconds(30))
  }

  @Test func `drops no request on SIGTERM while its readiness is still believed`() async throws {
    // Long enough for a machine on which starting curl takes a second.
    let (child, address) = try await started("timeouts: {lameDuck: 10s}\npolicy: {pools: [{name: chat, backends: []}]}")
    func status(_ path: String) async throws -> String {
      try await Command.run("curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20", address + path]).output
    }
    #expect(try await status("/readyz") == "200")
    kill(child.pid, SIGTERM)
    var (served, refused) = (0, 0)
    while refused < 3, served < 100 {
      if try await status("/readyz") == "503" { refused += 1 }
      #expect(try await status("/v1/models") == "200")
      served += 1
    }
    #expect(served >= 3)
    #expect(try await child.wait(within: .seconds(30)) == 0)
  }

  @Test func `stops at once on SIGINT`() async throws {
    let (child, _) = try await started("timeouts: {lameDuck: 1h}\npolicy: {pools: [{name: chat, backends: []}]}")
    kill(child.pid, SIGINT)
    #expect(try await child.wait(within: .seconds(30)) == 0)
  }
}
