import Foundation
import JSON
import TestKit
import Testing

/// `examples/envoy-module.yaml` in a real Envoy, with the module that this build made.
@Suite(
  "Inside a real Envoy", .serialized,
  .enabled(if: EnvoyProcess.program != nil, "there is no envoy: hack/setup test installs it"),
  .enabled(if: EnvoyModule.exists, "libpodium-envoy.so is not built: swift build --product podium-envoy"))
struct EnvoyModuleTests {
  private func run(
    _ servers: [GatedServer], changes: [(String, String)] = [], _ body: (EnvoyModule) async throws -> Void
  ) async throws {
    let envoy = try await EnvoyModule.start(servers: servers.map(\.port), changes: changes)
    do {
      try await body(envoy)
    } catch {
      envoy.stop()
      throw error
    }
    envoy.stop()
    for server in servers { await server.stop() }
  }

  @Test("under a backlog the highest tier goes first, and the model server sees neither the tier nor another model's name")
  func order() async throws {
    let server = try await GatedServer()
    let renamed = [("servedModel: chat", "servedModel: the-real-name")]
    try await run([server], changes: renamed) { envoy in
      var clients: [TestClient] = []
      for name in ["filler 1", "filler 2", "filler 3", "filler 4", "free 1", "free 2", "premium", "enterprise"] {
        let tier = String(name.split(separator: " ")[0])
        clients.append(
          try await TestClient.post(
            envoy.port, #"{"model":"chat","messages":[]}"#, headers: [("x-customer-tier", tier), ("x-name", name)]))
        let count = clients.count
        try await eventually("\(name) runs or waits") { try await envoy.load.waiting + envoy.load.inUse == count }
      }
      try await eventually("the server is full") { server.names.count == 4 }
      #expect(try await envoy.load.waiting == 4)
      for number in 0..<4 {
        server.requests[number].answer()
        try await eventually("the next one is sent") { server.names.count == 5 + number }
      }
      #expect(Array(server.names[4...]) == ["enterprise", "premium", "free 1", "free 2"])
      server.open()
      for client in clients { #expect(try await client.end() == 200) }
      #expect(clients[7].header("x-podium-tier") == "enterprise")
      for request in server.requests {
        #expect(!request.head.headers.contains(name: "x-customer-tier"))
        #expect(request.body.contains(#""model":"the-real-name""#))
        #expect(request.head.headers.first(name: "content-length") == "\(request.body.utf8.count)")
      }
      try await eventually("all slots are free") { try await envoy.load == (0, 0) }
      #expect(try await envoy.sum("qos_tokens_total", #"tier="enterprise",kind="output",source="reported""#) == 5)
    }
  }

  @Test("a client that leaves while it waits is forgotten, and one that leaves its answer gives the slot back")
  func leaving() async throws {
    let server = try await GatedServer()
    try await run([server]) { envoy in
      var clients: [TestClient] = []
      // One after the other, so that it is known who of them waits: Envoy has more than one thread.
      for number in 0..<6 {
        clients.append(try await TestClient.post(envoy.port, #"{"model":"chat","messages":[]}"#))
        try await eventually("\(number) is there") { try await envoy.load == (max(0, number - 3), min(4, number + 1)) }
      }
      clients[4].close()
      clients[5].close()
      try await eventually("nobody waits") { try await envoy.load == (0, 4) }
      clients[0].close()
      try await eventually("its slot is free") { try await envoy.load == (0, 3) }
      #expect(server.names.count == 4)
      server.open()
      for client in clients[1..<4] { #expect(try await client.end() == 200) }
      try await eventually("all slots are free") { try await envoy.load == (0, 0) }
    }
  }

  @Test("streams pass through as they come, and mistakes are answered in OpenAI's form")
  func answers() async throws {
    let server = try await GatedServer()
    try await run([server]) { envoy in
      let client = try await TestClient.post(envoy.port, #"{"model":"chat","stream":true,"messages":[]}"#)
      try await eventually("it has arrived") { server.requests.count == 1 }
      let request = server.requests[0]
      request.begin(headers: [("content-type", "text/event-stream"), ("transfer-encoding", "chunked")])
      request.part("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n")
      try await eventually("the first token is there before the end") { client.text.contains("\"a\"") }
      request.part("data: [DONE]\n\n")
      request.end()
      #expect(try await client.end() == 200)
      let unknown = try await TestClient.post(envoy.port, #"{"model":"nobody's","messages":[]}"#)
      #expect(try await unknown.end() == 404)
      #expect(unknown.text.contains("model_not_found") && unknown.text.contains("Models served here: chat."))
      try await eventually("all slots are free") { try await envoy.load == (0, 0) }
    }
  }

  @Test(
    "a bad configuration is refused at load, with the path of the field",
    arguments: [
      ("weight: 70,", "weight: 7000,", "policy.pools[0].scheduling.tiers[0].weight"),
      ("servedModel: chat", "servedModell: chat", "servedModell"),
      ("listen: {host: 127.0.0.1, port: 9902}", "listen: {host: 127.0.0.1, port: 0}\n                          fleet: {}", "fleet"),
      (
        "listen: {host: 127.0.0.1, port: 9902}", "listen: {host: 127.0.0.1, port: 0}\n                          accessLog: {path: stdout}",
        "accessLog"
      ),
    ])
  func refused(old: String, new: String, field: String) async throws {
    let result = try await EnvoyModule.validate(changes: [(old, new)])
    #expect(result.status != 0)
    #expect(
      result.errors.contains("podium: filter podium: filter_config: ") && result.errors.contains(field), "\(result.errors.suffix(1500))")
    let good = try await EnvoyModule.validate(changes: [])
    #expect(good.status == 0, "\(good.errors.suffix(1500))")
  }
}

/// Envoy with the module.
struct EnvoyModule {
  private let process: ChildProcess
  private let directory: TemporaryDirectory
  let port: Int
  private let metricsURL: String

  static let folder = "\(Places.repository)/.build/debug"
  static var exists: Bool { FileManager.default.fileExists(atPath: "\(folder)/libpodium-envoy.so") }
  private static let environment = ["ENVOY_DYNAMIC_MODULES_SEARCH_PATH": folder]
  private static let options = [
    "--concurrency", "2", "--use-dynamic-base-id", "-l", "warning", "--component-log-level", "dynamic_modules:info",
  ]

  static func start(servers: [Int], changes: [(String, String)]) async throws -> EnvoyModule {
    let directory = try TemporaryDirectory()
    let path = try directory.write(try configuration(servers: servers, changes: changes), to: "envoy.yaml")
    let admin = directory.path + "/admin"
    let process = try ChildProcess(
      EnvoyProcess.program ?? "envoy", ["-c", path, "--admin-address-path", admin] + options, environment: environment)
    let ports = try await EnvoyProcess.ports(admin, process, count: 1)
    guard let port = ports["models"], let line = process.errors.firstMatch(of: #/metrics=(http:\S+)/#) else {
      throw TestKitError("Envoy does not say where the metrics are: \(process.errors.suffix(2000))")
    }
    return EnvoyModule(process: process, directory: directory, port: port, metricsURL: String(line.1))
  }

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

  private func page() async throws -> String {
    try await Command.run("curl", ["-sS", "--max-time", "10", metricsURL]).checked().output
  }

  var load: (waiting: Int, inUse: Int) {
    get async throws { (try await sum("qos_queue_depth"), try await sum("qos_backend_in_use")) }
  }

  func stop() { process.kill() }
}
