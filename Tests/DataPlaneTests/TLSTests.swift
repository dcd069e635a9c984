import DataPlane
import Foundation
import NIOCore
import NIOPosix
import Scheduling
import Synchronization
import TestKit
import Testing

private final class Switch: Sendable {
  let isOn = Mutex(false)
}

@Suite struct `TLS on the listener` {
  private func configuration(_ certificates: TestCertificates, clientAuth: TLSSettings.ClientAuth = .none) async throws
    -> DataPlaneConfiguration
  {
    let server = try await certificates.server()
    var configuration = DataPlaneConfiguration()
    var tls = TLSSettings(
      certificate: server.certificate, key: server.key, clientCA: clientAuth == .none ? nil : certificates.authority.certificate,
      clientAuth: clientAuth)
    tls.watchInterval = .milliseconds(20)
    configuration.tls = tls
    return configuration
  }

  private static func curl(_ plane: TestPlane, _ certificates: TestCertificates, _ arguments: [String]) async throws -> CommandResult {
    try await Command.run(
      "curl",
      ["-sS", "--max-time", "30", "--cacert", certificates.authority.certificate, "-w", "\n%{http_version} %{http_code}"]
        + arguments.map { $0.replacing("PORT", with: "\(plane.port)") })
  }

  private static let url = "https://127.0.0.1:PORT/v1/chat/completions"

  @Test func `curl chooses HTTP/2 or HTTP/1.1, with TLS 1.2 or 1.3`() async throws {
    let certificates = try await TestCertificates()
    try await TestPlane.run(configuration: configuration(certificates)) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      for (flags, version) in [
        (["--http2"], "2"), (["--http1.1"], "1.1"), (["--http2", "--tls-max", "1.2"], "2"), (["--http1.1", "--no-alpn"], "1.1"),
      ] {
        let result = try await Self.curl(plane, certificates, flags + ["-d", chat, "-H", "x-forwarded-proto: http", Self.url]).checked()
        #expect(result.output == "\(answer)\n\(version) 200", "\(flags)")
        let head = try #require(server.requests.last).head
        #expect(head.contains("x-forwarded-proto: https\r\n") && !head.contains("x-forwarded-proto: http\r\n"))
        #expect(head.contains("x-forwarded-for: 127.0.0.1\r\n"))
      }
      let old = try await Self.curl(plane, certificates, ["--tls-max", "1.1", Self.url])
      #expect(!old.succeeded)
    }
  }

  @Test func `streams event by event, and tells the client of an answer that broke off`() async throws {
    let certificates = try await TestCertificates()
    try await TestPlane.run(configuration: configuration(certificates)) { plane in
      let server = try await plane.modelServer { exchange in
        if exchange.body.contains("\"stream\":true") {
          exchange.startStream()
          for number in 0..<100 { exchange.event("\(number)") }
          exchange.endStream()
        } else {
          exchange.send("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\na part")
          exchange.reset()
        }
      }
      try plane.serve(server)
      let events = (0..<100).map { "data: \($0)\n\n" }.joined()
      for flag in ["--http2", "--http1.1"] {
        let whole = try await Self.curl(plane, certificates, [flag, "-N", "-d", streamingChat, Self.url]).checked()
        #expect(whole.output.hasPrefix(events + "\n") && whole.output.hasSuffix(" 200"))
        // A body without a length: only the way the connection ends tells that something is missing.
        let broken = try await Self.curl(plane, certificates, [flag, "-d", chat, Self.url])
        #expect(!broken.succeeded, "\(flag): \(broken.output)")
      }
    }
  }

  @Test func `a client that speaks without TLS, or says nothing, does not stay`() async throws {
    let certificates = try await TestCertificates()
    var configuration = try await configuration(certificates)
    configuration.tls?.handshakeTimeout = .milliseconds(300)
    try await TestPlane.run(configuration: configuration) { plane in
      let plain = try await plane.client()
      plain.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
      await plain.receive("\"code\":\"tls_required\"")
      await until("the connection is closed") { plain.isClosed }
      let silent = try await plane.client()
      let slow = try await plane.client()
      slow.send("\u{16}\u{3}")
      await until("both are closed") { silent.isClosed && slow.isClosed }
      #expect(try await Self.curl(plane, certificates, ["https://127.0.0.1:PORT/healthz"]).checked().output == "ok\n\n2 200")
    }
  }

  @Test func `a trusted header is believed from the identities it names, and removed from everybody's requests`() async throws {
    let certificates = try await TestCertificates()
    let gateway = try await certificates.issue("gateway", names: ["URI:spiffe://cluster/ns/istio-system/sa/gateway"])
    let sidecar = try await certificates.issue("sidecar", commonName: "gw.internal", names: ["DNS:sidecar.mesh.internal"])
    let named = try await certificates.issue("named", commonName: "billing")
    let stranger = try await certificates.issue("stranger", commonName: "gw.internal", names: ["URI:spiffe://cluster/ns/other/sa/gateway"])
    let forger = try await TestCertificates().issue("forger", names: ["URI:spiffe://cluster/ns/istio-system/sa/gateway"])
    try await TestPlane.run(configuration: configuration(certificates, clientAuth: .optional)) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      let from = ["spiffe://cluster/ns/istio-system/*", "sidecar.mesh.internal", "billing", "gw.internal"]
      try plane.server.apply(
        TestPlane.policy(sources: [.trustedHeader(name: "x-customer-tier", from: from)], pools: [TestPlane.pool("m", [server])]))
      func tier(_ pair: TestCertificates.Pair?, _ flag: String) async throws -> String? {
        let shown = pair.map { ["--cert", $0.certificate, "--key", $0.key] } ?? []
        let result = try await Self.curl(
          plane, certificates, shown + [flag, "-i", "-d", chat, "-H", "x-customer-tier: enterprise", Self.url])
        guard result.succeeded else { return nil }
        #expect(server.requests.last?.head.contains("x-customer-tier") == false)
        return result.output.split(separator: "\r\n").first { $0.hasPrefix("x-podium-tier: ") }.map { String($0.dropFirst(15)) }
      }
      for flag in ["--http1.1", "--http2"] {
        #expect(try await tier(gateway, flag) == "enterprise")
        #expect(try await tier(sidecar, flag) == "enterprise")
        #expect(try await tier(named, flag) == "enterprise")
        // Its common name is in the list, but it has other names, and those count.
        #expect(try await tier(stranger, flag) == "free")
        #expect(try await tier(nil, flag) == "free")
        #expect(try await tier(forger, flag) == nil, "a certificate of another authority must end the handshake")
      }
    }
  }

  @Test func `clientAuth required refuses clients without a certificate`() async throws {
    let certificates = try await TestCertificates()
    let client = try await certificates.issue("client")
    try await TestPlane.run(configuration: configuration(certificates, clientAuth: .required)) { plane in
      #expect(try await !Self.curl(plane, certificates, ["https://127.0.0.1:PORT/healthz"]).succeeded)
      let known = try await Self.curl(
        plane, certificates, ["--cert", client.certificate, "--key", client.key, "https://127.0.0.1:PORT/healthz"])
      #expect(try known.checked().output == "ok\n\n2 200")
    }
  }

  @Test func `a rotated certificate is taken under load without a failed request, and a bad one is refused`() async throws {
    let certificates = try await TestCertificates()
    let configuration = try await configuration(certificates)
    let settings = try #require(configuration.tls)
    let second = try await certificates.issue("second", names: ["IP:127.0.0.1"], days: 9)
    try await TestPlane.run(configuration: configuration) { plane in
      try plane.serve(try await plane.modelServer { $0.json(answer) })
      let first = try #require(plane.server.certificateExpiry)
      let end = Switch()
      let results = try await withThrowingTaskGroup(of: [CommandResult].self) { group in
        for flag in ["--http2", "--http1.1"] {
          group.addTask {
            var results: [CommandResult] = []
            // Each run is one connection with twenty requests on it, so that rotations meet open connections as well as new ones.
            repeat {
              results.append(try await Self.curl(plane, certificates, [flag, "-d", chat, Self.url + "?[1-20]"]))
            } while !end.isOn.withLock({ $0 })
            return results
          }
        }
        // As a mounted Secret does it: one file after the other, a moment apart.
        try FileManager.default.removeItem(atPath: settings.certificate)
        try FileManager.default.copyItem(atPath: second.certificate, toPath: settings.certificate)
        plane.server.reloadCertificates()
        #expect(plane.server.certificateExpiry == first, "a certificate without its key was taken")
        try Data(contentsOf: URL(fileURLWithPath: second.key)).write(to: URL(fileURLWithPath: settings.key))
        await until("the new pair is in force") { (plane.server.certificateExpiry ?? 0) > first + 5 * 86400 }
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: settings.certificate))
        plane.server.reloadCertificates()
        #expect((plane.server.certificateExpiry ?? 0) > first + 5 * 86400)
        end.isOn.withLock { $0 = true }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(results.count >= 2)
      for result in results {
        #expect(result.succeeded, "\(result.errors)")
        #expect(result.output.components(separatedBy: " 200").count == 21)
      }
    }
  }

  @Test func `does not start with files that cannot be used, and says why`() async throws {
    let certificates = try await TestCertificates()
    let good = try await certificates.server()
    let other = try await certificates.issue("other")
    let expired = try await certificates.issue("expired", days: -1)
    let cases: [(TLSSettings, String)] = [
      (
        TLSSettings(certificate: "/nowhere/tls.crt", key: good.key), "listen.tls.certificate: /nowhere/tls.crt cannot be read (No such file"
      ),
      (TLSSettings(certificate: good.certificate, key: "/nowhere/tls.key"), "listen.tls.key: /nowhere/tls.key cannot be read"),
      (TLSSettings(certificate: good.key, key: good.key), "has no certificate in PEM"),
      (TLSSettings(certificate: good.certificate, key: good.certificate), "has no private key in PEM"),
      (TLSSettings(certificate: good.certificate, key: other.key), "is not the key of the first certificate"),
      (TLSSettings(certificate: expired.certificate, key: expired.key), "expired on 20"),
      (TLSSettings(certificate: good.certificate, key: good.key, clientCA: good.key), "listen.tls.clientCA: "),
      (TLSSettings(certificate: good.certificate, key: good.key, clientAuth: .required), "listen.tls.clientCA is missing"),
    ]
    for (settings, message) in cases {
      var configuration = DataPlaneConfiguration()
      configuration.tls = settings
      do {
        try await TestPlane.run(configuration: configuration) { _ in }
        Issue.record("it starts, and should say: \(message)")
      } catch {
        #expect("\(error)".contains(message))
      }
    }
  }

  @Test func `the end of the process lets a stream over TLS end`() async throws {
    let certificates = try await TestCertificates()
    for flag in ["--http2", "--http1.1"] {
      try await TestPlane.run(configuration: configuration(certificates)) { plane in
        let server = try await plane.modelServer()
        try plane.serve(server)
        async let result = Self.curl(plane, certificates, [flag, "-N", "-d", streamingChat, Self.url])
        await until("the request arrives") { server.requests.count == 1 }
        async let end: Void = plane.server.shutdown(drain: .seconds(30))
        server.requests[0].startStream()
        server.requests[0].event("one")
        server.requests[0].endStream()
        #expect(try await result.checked().output.hasPrefix("data: one\n\n"))
        await end
      }
    }
  }
}
