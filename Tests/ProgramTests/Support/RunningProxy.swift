import Foundation
import JSON
import TestKit

/// podium-proxy as the chart's Deployment runs it: its configuration in one file, its policy in a mounted Secret, health apart.
final class RunningProxy: Sendable {
  let process: ChildProcess
  let mount: KubeletMount
  let gateway: String
  let admin: String
  let adminPort: Int
  private let folder: TemporaryDirectory

  /// - Parameter configuration: what the chart's ConfigMap holds; ports are free ones, whatever it says.
  static func start(
    configuration: String, host: String = "127.0.0.1", mount: KubeletMount? = nil, _ more: String..., options: [String] = []
  ) async throws -> RunningProxy {
    let folder = try TemporaryDirectory()
    let mount = try mount ?? KubeletMount()
    let path = try folder.write(configuration, to: "proxy.yaml")
    let process = try ChildProcess(
      Places.repository + "/.build/debug/podium-proxy",
      [
        "--config", path, "--policy", "\(mount.path)/policy.json", "--host", host, "--port", "0", "--admin-port", "0", "--loops", "1",
      ] + more + options)
    let ports = try await eventually("podium-proxy listens", within: .seconds(60)) { () -> (String, Int)? in
      if let status = process.exitStatus() { throw TestKitError("it ended with \(status): \(process.errors)") }
      let text = process.output + process.errors
      guard let gateway = text.firstMatch(of: /listens on (https?:\/\/\S+)\n/), let admin = text.firstMatch(of: /metrics on port (\d+)\n/)
      else { return nil }
      return Int(admin.1).map { (String(gateway.1), $0) }
    }
    return RunningProxy(process, mount, gateway: ports.0, host: host, adminPort: ports.1, folder)
  }

  private init(_ process: ChildProcess, _ mount: KubeletMount, gateway: String, host: String, adminPort: Int, _ folder: TemporaryDirectory)
  {
    self.process = process
    self.mount = mount
    self.gateway = gateway
    self.adminPort = adminPort
    self.folder = folder
    admin = "http://\(host == "0.0.0.0" ? "127.0.0.1" : host):\(adminPort)"
  }

  /// Status line, head and body.
  func get(_ url: String) async throws -> String {
    try await Command.run("curl", ["-sS", "-i", "--max-time", "20", url]).checked().output
  }

  func isReady() async throws -> Bool { try await get("\(admin)/readyz").contains(" 200 OK") }
  func metrics() async throws -> String { try await get("\(admin)/metrics") }

  func figures() async throws -> JSONValue {
    try JSONValue(parsing: try await Command.run("curl", ["-sS", "--max-time", "20", "\(admin)/figures"]).checked().output)
  }
}
