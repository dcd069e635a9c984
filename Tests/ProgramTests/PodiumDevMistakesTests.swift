import Foundation
import JSON
import TestKit
import Testing

/// Bad input gets a clear error that says what to write instead, as kubectl shows it.
@Suite struct `mistakes in resources` {
  private struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let yaml: String
    let message: String
  }

  private static func policy(_ spec: String) -> String {
    "{apiVersion: qos.maas.io/v1, kind: QoSPolicy, metadata: {name: p}, spec: \(spec)}"
  }
  private static func deployment(_ spec: String) -> String {
    "{apiVersion: qos.maas.io/v1, kind: ModelDeployment, metadata: {name: m}, spec: \(spec)}"
  }

  private static let refused = [
    Case(
      testDescription: "an unknown field", yaml: policy("{tiers: [{name: a, weight: 1, priority: 1}], algoritm: x}"),
      message: #"unknown field "spec.algoritm""#),
    Case(
      testDescription: "a duplicate tier", yaml: policy("{tiers: [{name: a, weight: 1, priority: 1}, {name: a, weight: 2, priority: 2}]}"),
      message: "Duplicate value"),
    Case(
      testDescription: "a zero weight", yaml: policy("{tiers: [{name: a, weight: 0, priority: 1}]}"), message: "greater than or equal to 1"),
    Case(
      testDescription: "an unknown default tier",
      yaml: policy("{tiers: [{name: a, weight: 1, priority: 1}], classification: {defaultTier: b}}"),
      message: "defaultTier"),
    Case(
      testDescription: "an unknown algorithm", yaml: policy("{tiers: [{name: a, weight: 1, priority: 1}], algorithm: fastest}"),
      message: #"supported values: "work-conserving-priority""#),
    Case(
      testDescription: "an unknown use case", yaml: deployment("{useCase: chatbot, traffic: {expectedQPS: 1}}"),
      message: "chatbot_conversational"),
    Case(testDescription: "no traffic", yaml: deployment("{useCase: chatbot_conversational}"), message: "traffic"),
  ]

  @Test func `are refused at the door, with what to write`() async throws {
    let dev = try await RunningDev.start()
    for mistake in Self.refused {
      let result = try await dev.kubectl("apply", "--validate=strict", "-f", "-", input: mistake.yaml)
      #expect(!result.succeeded && result.errors.contains(mistake.message), "\(mistake.testDescription): \(result.errors)")
    }
    #expect(try await dev.kubectl("get", "maas", "-o", "name").checked().output.isEmpty)
  }

  @Test func `that only the planner can see become conditions that name the way out`() async throws {
    let dev = try await RunningDev.start()
    try await dev.apply(
      Self.deployment("{useCase: chatbot_conversational, traffic: {expectedQPS: 1}, slo: {ttftP95: 1}, serving: {runtime: simulator}}"))
    try await eventually("the condition says so") { try await dev.condition("Planned", of: "modeldeployment/m") == "False NoViablePlan" }
    let conditions = try await dev.json("modeldeployment/m")[["status", "conditions"]]?.array ?? []
    let message = conditions.first { $0["type"]?.string == "Planned" }?["message"]?.string ?? ""
    #expect(message.contains("TTFT"), "\(message)")

    try await dev.apply(
      Self.deployment("{model: meta-llama/Llama-9.9-8B-Instruct, useCase: chatbot_conversational, traffic: {expectedQPS: 1}}"))
    try await eventually("the nearest names are offered") {
      let conditions = try await dev.json("modeldeployment/m")[["status", "conditions"]]?.array ?? []
      let message = conditions.first { $0["type"]?.string == "Planned" }?["message"]?.string ?? ""
      return message.lowercased().contains("did you mean") && message.lowercased().contains("llama")
    }
  }
}

@Suite struct `podium dev, when it cannot start or ends` {
  @Test(arguments: ["--api-port", "--gateway-port", "--console-port"])
  func `names the port that is in use and its flag`(flag: String) async throws {
    let first = try await RunningDev.start()
    let taken = first.api.split(separator: ":").last.map(String.init) ?? ""
    let folder = try TemporaryDirectory()
    var arguments = ["dev", "--state-dir", "\(folder.path)/state", "--kubeconfig", "\(folder.path)/kubeconfig"]
    for name in ["--api-port", "--gateway-port", "--console-port"] { arguments += [name, name == flag ? taken : "0"] }
    let result = try await Command.run(RunningDev.program, arguments, timeout: .seconds(60))
    #expect(!result.succeeded)
    #expect(result.errors.contains(taken) && result.errors.contains(flag) && result.errors.contains("in use"), "\(result.errors)")
  }

  @Test func `keeps everything it has acknowledged over kill -9, and serves again`() async throws {
    let first = try await RunningDev.start()
    try await first.apply(try Example.text("qospolicy"))
    try await first.apply(try Example.text("chat-llama"))
    try await first.kubectl("wait", "--for=condition=Ready", "--timeout=90s", "modeldeployment/chat-llama").checked()
    let writer = Task {
      var acknowledged: [String] = []
      for number in 0..<10_000 {
        let name = "kept-\(number)"
        let body = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"\#(name)"},"data":{"n":"\#(number)"}}"#
        let result = try await Command.run(
          "curl",
          [
            "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", "content-type: application/json", "-d", body,
            "\(first.api)/api/v1/namespaces/default/configmaps",
          ])
        guard result.output == "201" else { break }
        acknowledged.append(name)
      }
      return acknowledged
    }
    try await eventually("some writes are through") {
      try await first.kubectl("get", "configmaps", "-o", "name").checked().output.split(separator: "\n").count >= 20
    }
    first.process.kill()
    let acknowledged = try await writer.value
    #expect(acknowledged.count >= 20)

    let second = try await RunningDev.start(in: first.folder)
    let present = Set(try await second.kubectl("get", "configmaps", "-o", "name").checked().output.split(separator: "\n").map(String.init))
    for name in acknowledged { #expect(present.contains("configmap/\(name)"), "\(name) was acknowledged and is gone") }
    try await eventually("the model answers again", within: .seconds(60)) {
      try await second.chat("chat-llama").output.contains("200 OK")
    }
  }

  @Test func `finishes the requests under way when it is asked to end`() async throws {
    let dev = try await RunningDev.start()
    try await dev.apply(try Example.text("chat-llama"))
    try await dev.kubectl("wait", "--for=condition=Ready", "--timeout=90s", "modeldeployment/chat-llama").checked()
    async let answer = dev.chat("chat-llama", maximumTokens: 400)
    try await eventually("the request runs") {
      let metrics = try await Command.run("curl", ["-sS", "\(dev.gateway)/metrics"]).checked().output
      return metrics.split(separator: "\n").contains { $0.hasPrefix("qos_requests_in_use{") && $0.hasSuffix(" 1") }
    }
    dev.process.signal(SIGTERM)
    #expect(try await answer.output.contains("\"completion_tokens\":400"))
    #expect(try await dev.process.wait(within: .seconds(60)) == 0, "\(dev.process.errors)")
  }
}
