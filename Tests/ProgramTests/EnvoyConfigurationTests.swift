import Foundation
import JSON
import TestKit
import Testing
import YAML

/// What `podium plan -o manifests --with envoy` prints, run by the real Envoy in front of simulated model servers.
@Suite(.enabled(if: Tools.find("envoy") != nil, "no Envoy: hack/setup test")) struct `The configuration for Envoy` {
  private static let program = Places.repository + "/.build/debug/podium"

  /// The configuration as printed, with the addresses of this machine; without the external processor unless it is given a port.
  private static func configuration(servers: [Int], processor: Int?) async throws -> JSONValue {
    let arguments = ["plan", "-f", "examples/chat-llama.yaml", "-o", "manifests", "--with", "envoy"]
    let output = try await Command.run(program, arguments, directory: Places.repository, timeout: .seconds(300)).checked().output
    let map = try #require(try YAMLParser.documents(output).first { $0["kind"]?.string == "ConfigMap" })
    var json = try #require(try YAMLParser.documents(map[["data", "envoy.yaml"]]?.string ?? "").first)
    func place(_ port: Int) -> JSONValue { ["socket_address": ["address": "127.0.0.1", "port_value": JSONValue(port)]] }
    json["admin"] = ["address": place(0)]
    var listener = try #require(json[["static_resources", "listeners"]]?[0])
    listener["address"] = place(0)
    var chain = try #require(listener["filter_chains"]?[0])
    var manager = try #require(chain["filters"]?[0])
    let filters = manager[["typed_config", "http_filters"]]?.array ?? []
    if processor == nil { manager[["typed_config", "http_filters"]] = .array(filters.suffix(1)) }
    chain["filters"] = [manager]
    listener["filter_chains"] = [chain]
    json[["static_resources", "listeners"]] = [listener]
    let clusters = try #require(json[["static_resources", "clusters"]]?.array)
    json[["static_resources", "clusters"]] = .array(
      clusters.map { cluster in
        var cluster = cluster
        let ports = cluster["name"]?.string == "model-servers" ? servers : [processor ?? 1]
        let endpoints = ports.map { port -> JSONValue in ["endpoint": ["address": place(port)]] }
        cluster[["load_assignment", "endpoints"]] = [["lb_endpoints": .array(endpoints)]]
        return cluster
      })
    return json
  }

  private final class RunningEnvoy {
    let child: ChildProcess
    let directory: TemporaryDirectory
    private(set) var address = ""
    private(set) var admin = ""

    init(_ configuration: JSONValue) async throws {
      directory = try TemporaryDirectory()
      let file = try directory.write(YAMLWriter.text(configuration), to: "envoy.yaml")
      let path = "\(directory.path)/admin"
      child = try ChildProcess(
        "envoy", ["-c", file, "--admin-address-path", path, "--disable-hot-restart", "--concurrency", "1", "--log-level", "error"])
      admin = try await eventually("Envoy's admin listens", within: .seconds(60)) { [child] in
        if child.exitStatus() != nil { throw TestKitError("Envoy ended: \(child.errors)") }
        return try? String(contentsOfFile: path, encoding: .utf8)
      }
      address = try await eventually("Envoy listens", within: .seconds(60)) { [admin] in
        let text = try await Command.run("curl", ["-sS", "http://\(admin)/listeners?format=json"]).checked().output
        let place = try JSONValue(parsing: text)["listener_statuses"]?[0]?[["local_address", "socket_address"]]
        return place?["port_value"]?.int.map { "http://127.0.0.1:\($0)" }
      }
    }

    func status(_ count: Int = 1) async throws -> [String] {
      let body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":2}"
      let urls = (0..<count).flatMap { _ in ["-o", "/dev/null", "\(address)/v1/chat/completions"] }
      let arguments = ["-sS", "--max-time", "60", "-w", "%{http_code}\\n", "-H", "content-type: application/json", "-d", body] + urls
      return try await Command.run("curl", arguments).checked().output.split(separator: "\n").map(String.init)
    }

    func statistic(_ name: String) async throws -> String {
      try await Command.run("curl", ["-sS", "http://\(admin)/stats?filter=\(name)"]).checked().output
    }
  }

  private func server() async throws -> (child: ChildProcess, port: Int) {
    let child = try ChildProcess(
      Self.program, ["simulate-server", "--model", "m", "--host", "127.0.0.1", "--port", "0", "--time-to-first-token", "1ms"])
    let port: Int = try await eventually("the simulated server listens", within: .seconds(60)) {
      guard let range = child.errors.firstRange(of: "port=") else { return nil }
      return Int(child.errors[range.upperBound...].prefix { $0.isNumber })
    }
    return (child, port)
  }

  @Test func `serves while one of two servers is gone, and with all of them failing it does not forget that they do`() async throws {
    let (child, port) = try await server()
    let envoy = try await RunningEnvoy(try await Self.configuration(servers: [port, try ephemeralPort()], processor: nil))
    #expect(try await envoy.status(30) == Array(repeating: "200", count: 30))
    #expect(try await envoy.statistic("circuit_breakers.default.remaining_rq").contains("16384"))
    #expect(try await envoy.statistic("cluster.model-servers.lb_healthy_panic").hasSuffix(": 0\n"))
    withExtendedLifetime(child) {}
  }

  @Test func `lets nobody past a scheduler that is down`() async throws {
    let (child, port) = try await server()
    let envoy = try await RunningEnvoy(try await Self.configuration(servers: [port], processor: try ephemeralPort()))
    #expect(try await envoy.status(3) == ["500", "500", "500"])
    withExtendedLifetime(child) {}
  }
}
