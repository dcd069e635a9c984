import Foundation
import TestKit

/// `podium operator` as the chart runs it, on free ports.
final class RunningOperator: Sendable {
  static let program = Places.repository + "/.build/debug/podium"

  let process: ChildProcess
  let gateway: String
  let health: String
  private let folder: TemporaryDirectory

  /// - Parameter chart: as it is by default unless given.
  static func start(kubeconfig: String, _ more: String..., chart: PodiumChart? = nil) async throws -> RunningOperator {
    let folder = try TemporaryDirectory()
    let process = try ChildProcess(
      program, try await arguments(kubeconfig: kubeconfig, chart) + ["--endpoints-file", "\(folder.path)/endpoints"] + more)
    let text = try await eventually("podium operator is up", within: .seconds(90)) { () -> String? in
      if let status = process.exitStatus() { throw TestKitError("it ended with \(status): \(process.errors)") }
      return try? String(contentsOfFile: "\(folder.path)/endpoints", encoding: .utf8)
    }
    func value(_ name: String) throws -> String {
      for line in text.split(separator: "\n") where line.hasPrefix(name + "=") { return String(line.dropFirst(name.count + 1)) }
      throw TestKitError("no \(name) in \(text)")
    }
    return RunningOperator(process, gateway: try value("GATEWAY_URL"), health: try value("HEALTH_URL"), folder)
  }

  /// One that is to end by itself.
  static func run(kubeconfig: String, _ more: String...) async throws -> CommandResult {
    try await Command.run(program, try await arguments(kubeconfig: kubeconfig) + more, timeout: .seconds(60))
  }

  private static func arguments(kubeconfig: String, _ chart: PodiumChart? = nil) async throws -> [String] {
    var chart = chart
    if chart == nil { chart = try await PodiumChart.rendered() }
    return (chart?.arguments ?? []) + [
      "--kubeconfig", kubeconfig, "--lease-namespace", PodiumChart.namespace, "--gateway-host", "127.0.0.1",
    ]
  }

  private init(_ process: ChildProcess, gateway: String, health: String, _ folder: TemporaryDirectory) {
    self.process = process
    self.gateway = gateway
    self.health = health
    self.folder = folder
  }

  /// Status line and body of /readyz.
  func readiness() async throws -> String { try await get("\(health)/readyz") }
  func isReady() async throws -> Bool { try await readiness().contains(" 200 OK") }
  func isLeading() async throws -> Bool { try await readiness().contains("ok leading") }
  func models() async throws -> String { try await get("\(gateway)/v1/models") }

  func metrics() async throws -> String { try await get("\(health)/metrics") }

  /// The value of one of its own metrics.
  func metric(_ line: String) async throws -> String? {
    let page = try await metrics()
    return page.split(separator: "\n").first { $0.hasPrefix(line + " ") }.map { String($0.dropFirst(line.count + 1)) }
  }

  private func get(_ url: String) async throws -> String {
    try await Command.run("curl", ["-sS", "-i", "--max-time", "20", url]).checked().output
  }

  /// Answer and status of a chat completion.
  func chat(_ model: String) async throws -> String {
    let body = #"{"model": "\#(model)", "max_tokens": 4, "messages": [{"role": "user", "content": "hello"}]}"#
    let arguments = ["-sS", "-i", "--max-time", "60", "\(gateway)/v1/chat/completions", "-H", "content-type: application/json"]
    return try await Command.run("curl", arguments + ["-d", body]).output
  }
}
