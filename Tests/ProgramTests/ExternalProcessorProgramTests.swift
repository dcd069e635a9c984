import Foundation
import TestKit
import Testing

/// podium-proxy ext-proc as a user runs it.
@Suite struct `podium-proxy ext-proc` {
  private let program = Places.repository + "/.build/debug/podium-proxy"

  @Test func `says where it listens, serves metrics and health, takes no requests itself, and ends on SIGTERM`() async throws {
    let child = try ChildProcess(
      program, ["ext-proc", "--config", "\(Places.repository)/examples/proxy.yaml", "--port", "0", "--admin-port", "0"])
    let line = try await eventually("it listens", within: .seconds(60)) {
      if let status = child.exitStatus() { throw TestKitError("it ended with \(status): \(child.errors)") }
      return child.output.split(separator: "\n").first.map(String.init)
    }
    #expect(line.hasPrefix("podium-proxy ext-proc listens on grpc://127.0.0.1:"))
    let admin = try #require(line.split(separator: " ").last)
    func get(_ path: String, _ more: String...) async throws -> String {
      try await Command.run("curl", ["-sS", "--max-time", "20", "\(admin)\(path)"] + more).checked().output
    }
    #expect(try await get("/readyz") == "ok\n")
    #expect(try await get("/metrics").contains("qos_policy_info"))
    #expect(try await get("/v1/chat/completions", "-d", "{}").contains("not_taken"))
    kill(child.pid, SIGTERM)
    #expect(try await child.wait(within: .seconds(60)) == 0)
  }

  @Test(arguments: [false, true])
  func `serves gRPC with TLS, and takes its certificate's files again when they change, and on SIGHUP`(byFile: Bool) async throws {
    let certificates = try await TestCertificates()
    let pair = try await certificates.server()
    let next = [try await certificates.issue("second", commonName: "second"), try await certificates.issue("third", commonName: "third")]
    // By options, or by the file as for podium-proxy itself.
    let directory = try TemporaryDirectory()
    let path = try directory.write(
      "listen: {host: 127.0.0.1, tls: {certificate: \(pair.certificate), key: \(pair.key)}}\npolicy: {revision: '1', pools: []}\n",
      to: "proxy.yaml")
    let arguments =
      byFile ? [path] : ["\(Places.repository)/examples/proxy.yaml", "--tls-certificate", pair.certificate, "--tls-key", pair.key]
    let child = try ChildProcess(program, ["ext-proc", "--port", "0", "--admin-port", "0", "--config"] + arguments)
    let line = try await eventually("it listens", within: .seconds(60)) {
      if let status = child.exitStatus() { throw TestKitError("it ended with \(status): \(child.errors)") }
      return child.output.split(separator: "\n").first.map(String.init)
    }
    let address = try #require(line.split(separator: ",")[0].split(separator: "/").last)
    #expect(line.contains(" grpcs://"))
    func name() async throws -> String {
      let shown = try await Command.run("sh", ["-c", "openssl s_client -connect \(address) -alpn h2 < /dev/null 2> /dev/null"])
      #expect(shown.output.contains("ALPN protocol: h2"))
      let subject = try #require(shown.output.split(separator: "\n").first { $0.hasPrefix("subject=") }, "\(shown.output)")
      return String(subject.split(separator: "=").last ?? "").trimmingCharacters(in: .whitespaces)
    }
    #expect(try await name() == "test")
    for (signals, other) in zip([false, true], next) {
      for (from, to) in [(other.certificate, pair.certificate), (other.key, pair.key)] {
        try Data(contentsOf: URL(fileURLWithPath: from)).write(to: URL(fileURLWithPath: to))
      }
      if signals { kill(child.pid, SIGHUP) }
      let wanted = signals ? "third" : "second"
      try await eventually("\(wanted) is shown", within: .seconds(30)) { try await name() == wanted }
    }
    try Data("nonsense".utf8).write(to: URL(fileURLWithPath: pair.key))
    try await eventually("the bad key is refused", within: .seconds(30)) {
      child.errors.contains("TLS certificate refused, the last good one stays: listen.tls.key")
    }
    #expect(try await name() == "third")
    kill(child.pid, SIGINT)
    #expect(try await child.wait(within: .seconds(60)) == 0)
  }

  @Test func `refuses what cannot be served, and says what to write instead`() async throws {
    let config = "\(Places.repository)/examples/proxy.yaml"
    for (arguments, hint) in [
      (["--config", config, "--pool", "nobody"], "the policy has no such pool; write one of"),
      (["--config", config, "--port", "70000"], "write a port from 0 to 65535"),
      (["--config", config, "--tls-key", "x"], "give both"),
      (["--config", "nowhere.yaml"], "cannot be read"),
    ] {
      let child = try ChildProcess(program, ["ext-proc"] + arguments)
      #expect(try await child.wait(within: .seconds(60)) != 0)
      #expect(child.errors.contains(hint), "\(child.errors)")
    }
  }
}
