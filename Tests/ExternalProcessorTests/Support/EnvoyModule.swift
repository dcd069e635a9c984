import Foundation
import TestKit

/// Envoy with the module.
struct EnvoyModule {
  private let process: ChildProcess
  private let directory: TemporaryDirectory
  let port: Int
  private let metricsURL: String
  private let admin: String
  private let servers: [Int]

  static let folder = "\(Places.repository)/.build/debug"
  static var exists: Bool { FileManager.default.fileExists(atPath: "\(folder)/libpodium-envoy.so") }
  private static let environment = ["ENVOY_DYNAMIC_MODULES_SEARCH_PATH": folder]
  private static let options = [
    "--concurrency", "2", "--use-dynamic-base-id", "-l", "warning", "--component-log-level", "dynamic_modules:info",
  ]

  /// - Parameter isDynamic: The listener stands in a file of its own, which Envoy reads again when another one is moved in its place.
  static func start(servers: [Int], changes: [(String, String)], isDynamic: Bool = false) async throws -> EnvoyModule {
    let directory = try TemporaryDirectory()
    var text = try configuration(servers: servers, changes: changes)
    if isDynamic {
      let (listeners, rest) = try parts(text)
      try directory.write(listeners, to: "listeners.yaml")
      text =
        rest + """

          node: {id: test, cluster: test}
          dynamic_resources:
            lds_config:
              resource_api_version: V3
              path_config_source: {path: "\(directory.path)/listeners.yaml", watched_directory: {path: "\(directory.path)"}}
          """
    }
    let path = try directory.write(text, to: "envoy.yaml")
    let admin = directory.path + "/admin"
    let process = try ChildProcess(
      EnvoyProcess.program ?? "envoy", ["-c", path, "--admin-address-path", admin] + options, environment: environment)
    let ports = try await EnvoyProcess.ports(admin, process, count: 1)
    guard let port = ports["models"], let line = process.errors.firstMatch(of: #/metrics=(http:\S+)/#) else {
      throw TestKitError("Envoy does not say where the metrics are: \(process.errors.suffix(2000))")
    }
    let address = try String(contentsOfFile: admin, encoding: .utf8)
    return EnvoyModule(process: process, directory: directory, port: port, metricsURL: String(line.1), admin: address, servers: servers)
  }

  /// Another listener takes the place of the one in force, or is refused.
  func change(_ changes: [(String, String)]) throws {
    let (listeners, _) = try Self.parts(Self.configuration(servers: servers, changes: changes))
    let path = try directory.write(listeners, to: "next")
    guard rename(path, directory.path + "/listeners.yaml") == 0 else { throw TestKitError("the file cannot be moved: \(errno)") }
  }

  /// The listeners as a discovery answer, and the rest of the configuration.
  private static func parts(_ text: String) throws -> (listeners: String, rest: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(of: "  listeners:"), let end = lines.firstIndex(of: "  clusters:"),
      lines[start + 1] == "    - name: models"
    else { throw TestKitError("examples/envoy-module.yaml has another shape now") }
    let listener =
      ["resources:", lines[start + 1], #"      "@type": type.googleapis.com/envoy.config.listener.v3.Listener"#] + lines[(start + 2)..<end]
    return (listener.joined(separator: "\n"), (lines[..<start] + lines[end...]).joined(separator: "\n"))
  }

  /// A figure of Envoy's own.
  func envoyFigure(_ name: String) async throws -> Int {
    let page = try await Command.run("curl", ["-sS", "--max-time", "10", "http://\(admin)/stats?filter=^\(name)$"]).checked().output
    return Int(page.split(separator: " ").last?.split(separator: "\n").first ?? "") ?? 0
  }

  var log: String { process.errors }

  static func validate(changes: [(String, String)]) async throws -> CommandResult {
    let directory = try TemporaryDirectory()
    let path = try directory.write(try configuration(servers: [8001, 8002], changes: changes), to: "envoy.yaml")
    return try await Command.run(
      EnvoyProcess.program ?? "envoy", ["--mode", "validate", "-c", path] + options, environment: environment, timeout: .seconds(60))
  }

  /// Only ports and addresses are replaced, how capacity is found (the servers of the tests report nothing), and what a test changes.
  private static func configuration(servers: [Int], changes: [(String, String)]) throws -> String {
    var text = try Places.text("examples/envoy-module.yaml")
    func replace(_ old: String, _ new: String) throws {
      guard text.contains(old) else { throw TestKitError("examples/envoy-module.yaml has no '\(old)' any more") }
      text = text.replacingOccurrences(of: old, with: new)
    }
    for (old, new) in changes { try replace(old, new) }
    for port in ["9901", "10000"] { try replace("port_value: \(port)}", "port_value: 0}") }
    if text.contains("port: 9902}") { try replace("port: 9902}", "port: 0}") }
    try replace("scheduling:\n", "scheduling:\n                                  capacity: inferred\n")
    try replace("                                  - {host: 127.0.0.1, port: 8002}\n", "")
    try replace(
      "                                  - {host: 127.0.0.1, port: 8001}\n",
      servers.map { "                                  - {host: 127.0.0.1, port: \($0)}\n" }.joined())
    func endpoint(_ port: Int) -> String {
      "              - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: \(port)}}}\n"
    }
    try replace(endpoint(8001) + endpoint(8002), servers.map(endpoint).joined())
    return text
  }

  /// The sum of the metric's series with these labels.
  func sum(_ name: String, _ labels: String = "") async throws -> Int {
    try await page().split(separator: "\n").filter { $0.hasPrefix("\(name){") && (labels.isEmpty || $0.contains(labels)) }
      .reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
  }

  /// The metrics.
  func page() async throws -> String {
    try await Command.run("curl", ["-sS", "--max-time", "10", metricsURL]).checked().output
  }

  var load: (waiting: Int, inUse: Int) {
    get async throws { (try await sum("qos_queue_depth"), try await sum("qos_backend_in_use")) }
  }

  func stop() { process.kill() }
}
