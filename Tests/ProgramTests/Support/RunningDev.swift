import Foundation
import JSON
import TestKit

/// `podium dev` as a user runs it, on free ports and in a folder of its own.
final class RunningDev: Sendable {
  static let program = Places.repository + "/.build/debug/podium"

  let folder: TemporaryDirectory
  let process: ChildProcess
  let kubeconfig: String
  let api: String
  let gateway: String
  let console: String

  /// - Parameter folder: with the state of an earlier one, to continue it.
  static func start(in folder: TemporaryDirectory? = nil, environment: [String: String] = [:]) async throws -> RunningDev {
    let folder = try folder ?? TemporaryDirectory()
    try? FileManager.default.removeItem(atPath: "\(folder.path)/endpoints")
    let process = try ChildProcess(
      program,
      [
        "dev", "--api-port", "0", "--gateway-port", "0", "--console-port", "0", "--state-dir", "\(folder.path)/state", "--kubeconfig",
        "\(folder.path)/kubeconfig", "--endpoints-file", "\(folder.path)/endpoints",
      ], environment: environment)
    let text = try await eventually("podium dev is up", within: .seconds(90)) { () -> String? in
      if let status = process.exitStatus() { throw TestKitError("it ended with \(status): \(process.errors)") }
      return try? String(contentsOfFile: "\(folder.path)/endpoints", encoding: .utf8)
    }
    return try RunningDev(folder, process, endpoints: text)
  }

  private init(_ folder: TemporaryDirectory, _ process: ChildProcess, endpoints: String) throws {
    func value(_ name: String) throws -> String {
      for line in endpoints.split(separator: "\n") where line.hasPrefix(name + "=") { return String(line.dropFirst(name.count + 1)) }
      throw TestKitError("no \(name) in \(endpoints)")
    }
    self.folder = folder
    self.process = process
    kubeconfig = "\(folder.path)/kubeconfig"
    api = try value("API_URL")
    gateway = try value("GATEWAY_URL")
    console = try value("CONSOLE_URL")
  }

  /// The newest kubectl there is.
  @discardableResult
  func kubectl(_ arguments: String..., input: String? = nil) async throws -> CommandResult {
    guard let kubectl = Tools.kubectls.last else { throw TestKitError("there is no kubectl; hack/setup installs one") }
    return try await kubectl.run(arguments, kubeconfig: kubeconfig, input: input)
  }

  func apply(_ yaml: String) async throws { try await kubectl("apply", "-f", "-", input: yaml).checked() }

  func json(_ arguments: String...) async throws -> JSONValue {
    guard let kubectl = Tools.kubectls.last else { throw TestKitError("there is no kubectl; hack/setup installs one") }
    let result = try await kubectl.run(["get"] + arguments + ["-o", "json"], kubeconfig: kubeconfig).checked()
    return try JSONValue(parsing: result.output)
  }

  /// Status and reason of a condition, as `True Serving`; `nil` when it is not there.
  func condition(_ type: String, of object: String) async throws -> String? {
    let conditions = try await json(object)[["status", "conditions"]]?.array ?? []
    guard let condition = conditions.first(where: { $0["type"]?.string == type }) else { return nil }
    return "\(condition["status"]?.string ?? "") \(condition["reason"]?.string ?? "")"
  }

  /// Answer and status of a chat completion.
  func chat(_ model: String, headers: [String] = [], maximumTokens: Int = 4) async throws -> CommandResult {
    let body = #"{"model": "\#(model)", "max_tokens": \#(maximumTokens), "messages": [{"role": "user", "content": "hello"}]}"#
    let arguments = headers.flatMap { ["-H", $0] }
    return try await Command.run(
      "curl",
      ["-sS", "-i", "--max-time", "60", "\(gateway)/v1/chat/completions", "-H", "content-type: application/json"] + arguments + [
        "-d", body,
      ])
  }
}

/// The examples, fit for tests: they are what users apply.
enum Example {
  static func text(_ name: String) throws -> String { try Places.text("examples/\(name).yaml") }
}
