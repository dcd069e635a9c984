import TestKit
import Testing

/// TLS of the operator's data planes. No API server is needed: they listen before it is asked for anything.
@Suite struct `podium operator over TLS` {
  private let program = Places.repository + "/.build/debug/podium"

  private func kubeconfig(_ directory: TemporaryDirectory) throws -> String {
    try directory.write(
      """
      apiVersion: v1
      kind: Config
      current-context: none
      contexts: [{name: none, context: {cluster: none, user: none}}]
      clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}]
      users: [{name: none, user: {}}]
      """, to: "kubeconfig")
  }

  @Test func `serves its data planes over TLS`() async throws {
    let certificates = try await TestCertificates()
    let (pair, directory) = (try await certificates.server(), try TemporaryDirectory())
    let child = try ChildProcess(
      program,
      [
        "operator", "--kubeconfig", try kubeconfig(directory), "--gateway-host", "127.0.0.1", "--gateway-port", "0", "--health-port", "0",
        "--endpoints-file", "\(directory.path)/endpoints", "--gateway-tls-certificate", pair.certificate, "--gateway-tls-key", pair.key,
      ])
    let deadline = ContinuousClock.now + .seconds(60)
    var address: String?
    while address == nil, ContinuousClock.now < deadline, child.exitStatus() == nil {
      try await Task.sleep(for: .milliseconds(20))
      let lines = (try? Places.text("\(directory.path)/endpoints"))?.split(separator: "\n") ?? []
      address = lines.first { $0.hasPrefix("GATEWAY_URL=") }.map { String($0.dropFirst(12)) }
    }
    let url = try #require(address, "it does not listen: \(child.output)\(child.errors)")
    #expect(url.hasPrefix("https://"))
    let health = try await Command.run(
      "curl", ["-sS", "--max-time", "20", "--cacert", certificates.authority.certificate, "-w", "%{http_version}", "\(url)/healthz"])
    #expect(try health.checked().output == "ok\n2")
    _ = try await child.stop()
  }

  @Test func `says which file is wrong`() async throws {
    let certificates = try await TestCertificates()
    let (pair, other) = (try await certificates.server(), try await certificates.issue("other"))
    let directory = try TemporaryDirectory()
    let common = ["operator", "--kubeconfig", try kubeconfig(directory), "--gateway-port", "0"]
    let mismatch = try await Command.run(program, common + ["--gateway-tls-certificate", pair.certificate, "--gateway-tls-key", other.key])
    #expect(mismatch.status != 0 && mismatch.errors.contains("is not the key of the first certificate"))
    let alone = try await Command.run(program, common + ["--gateway-tls-client-ca", pair.certificate])
    #expect(alone.status != 0 && alone.errors.contains("give --gateway-tls-certificate and --gateway-tls-key as well"))
  }
}
