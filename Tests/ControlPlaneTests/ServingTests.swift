import Foundation
import JSON
import Kubernetes
import TestKit
import Testing

@testable import ControlPlane

/// Over real sockets, with curl.
@Suite struct ServingTests {
  private static func curl(_ arguments: [String]) async throws -> String {
    let child = try ChildProcess("curl", ["-sS", "--noproxy", "*", "--max-time", "60"] + arguments)
    let status = try await child.wait()
    guard status == 0 else { throw TestKitError("curl: \(status) \(child.errors)") }
    return child.output
  }

  @Test func healthVersionAndMetricsAnswer() async throws {
    try await Plane.running { plane in
      let base = "http://127.0.0.1:\(try await plane.plane.port)"
      for path in ["readyz", "livez", "healthz"] { #expect(try await Self.curl(["\(base)/\(path)"]) == "ok") }
      let version = try await Self.curl(["-i", "\(base)/version"])
      #expect(version.contains("v1.33.0+podium-for-development-and-tests-only"))
      #expect(version.lowercased().contains("warning: 299 - "))
      #expect(try await Self.curl(["\(base)/metrics"]).contains("podium_controlplane_requests_total{verb=\"GET\",code=\"200\"}"))
      #expect(try await Self.curl(["-o", "/dev/null", "-w", "%{http_code}", "\(base)/nowhere"]) == "404")
    }
  }

  @Test func aBodyBeyondTheLimitIsRefusedAndTheServerGoesOn() async throws {
    try await Plane.running { plane in
      let base = "http://127.0.0.1:\(try await plane.plane.port)"
      let file = FileManager.default.temporaryDirectory.appendingPathComponent("podium-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: file) }
      try Data(count: APIResponder.bodyLimit + 1).write(to: URL(fileURLWithPath: file))
      let answer = try await Self.curl([
        "-H", "Content-Type: application/json", "-H", "Expect:", "--data-binary", "@\(file)", base + Objects.configMaps,
      ])
      #expect(try JSONValue(parsing: answer)["code"] == 413)
      #expect(try await Self.curl(["\(base)/readyz"]) == "ok")
    }
  }

  @Test func aClientThatGoesAwayEndsItsWatch() async throws {
    try await Plane.running { plane in
      let url = "http://127.0.0.1:\(try await plane.plane.port)\(Objects.configMaps)?watch=true"
      let quiet = plane.plane.subscriberCount
      let child = try ChildProcess("curl", ["-sSN", "--noproxy", "*", url])
      try await until("the watch is there") { plane.plane.subscriberCount == quiet + 1 }
      _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
      try await until("an event has arrived") { child.output.contains("ADDED") }
      child.kill()
      try await until("the watch is gone") { plane.plane.subscriberCount == quiet }
    }
  }

  @Test func aPortInUseIsNamedTogetherWithTheFlag() async throws {
    try await Plane.running { plane in
      let port = try await plane.plane.port
      let second = try Plane { $0.port = port }
      let error = await #expect(throws: StartError.self) { try await second.plane.run() }
      #expect(error == .portInUse(host: "127.0.0.1", port: port))
      #expect(error?.description.contains("port \(port)") == true && error?.description.contains("--api-port") == true)
    }
  }
}
