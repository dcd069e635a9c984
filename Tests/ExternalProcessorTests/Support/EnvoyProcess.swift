import Foundation
import JSON
import TestKit

/// A real Envoy with `examples/envoy-ext-proc.yaml`: only ports and addresses are replaced, and what a test changes.
struct EnvoyProcess {
  static let program = Tools.find("envoy")

  private let process: ChildProcess
  private let directory: TemporaryDirectory
  /// By the listener's name: `bodies` and `headers`.
  let ports: [String: Int]

  /// - Parameters:
  ///   - processor: The port of the gRPC server.
  ///   - servers: The ports of the model servers that the cluster knows.
  init(processor: Int, servers: [Int], changes: [(String, String)] = []) async throws {
    var text = try Places.text("examples/envoy-ext-proc.yaml")
    func replace(_ old: String, _ new: String) throws {
      guard text.contains(old) else { throw TestKitError("examples/envoy-ext-proc.yaml has no '\(old)' any more") }
      text = text.replacingOccurrences(of: old, with: new)
    }
    for port in ["9901", "10000", "10001"] { try replace("port_value: \(port)}", "port_value: 0}") }
    try replace("port_value: 9002}", "port_value: \(processor)}")
    let endpoint = [8000, 8001, 8002].map(Self.endpoint).joined()
    try replace(endpoint, servers.map(Self.endpoint).joined())
    for (old, new) in changes { try replace(old, new) }
    directory = try TemporaryDirectory()
    let path = try directory.write(text, to: "envoy.yaml")
    let admin = directory.path + "/admin"
    process = try ChildProcess(
      Self.program ?? "envoy",
      ["-c", path, "--concurrency", "1", "--use-dynamic-base-id", "-l", "warning", "--admin-address-path", admin])
    ports = try await Self.ports(admin, process, count: 2)
  }

  private static func endpoint(_ port: Int) -> String {
    """
                  - endpoint:
                      address:
                        socket_address: {address: 127.0.0.1, port_value: \(port)}

    """
  }

  /// - Parameters:
  ///   - admin: The file in which Envoy writes the address of its admin page.
  ///   - count: How many listeners there are.
  static func ports(_ admin: String, _ process: ChildProcess, count: Int) async throws -> [String: Int] {
    try await eventually("Envoy listens", within: .seconds(60)) {
      if let status = process.exitStatus() { throw TestKitError("Envoy ended with \(status): \(process.errors.suffix(2000))") }
      guard let address = try? String(contentsOfFile: admin, encoding: .utf8), !address.isEmpty else { return nil }
      let page = try await Command.run("curl", ["-sS", "--max-time", "10", "http://\(address)/listeners?format=json"]).checked().output
      var ports: [String: Int] = [:]
      for listener in try JSONValue(parsing: page)["listener_statuses"]?.array ?? [] {
        guard let name = listener["name"]?.string else { continue }
        ports[name] = listener[["local_address", "socket_address", "port_value"]]?.int
      }
      return ports.count == count ? ports : nil
    }
  }

  var log: String { process.errors }

  func stop() { process.kill() }
}
