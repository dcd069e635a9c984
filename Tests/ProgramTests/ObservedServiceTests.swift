import Foundation
import JSON
import TestKit
import Testing

/// The loop closes: what callers got comes back to the plan.
@Suite struct `podium dev compares` {
  @Test func `what callers got with the plan, and says when the servers are slower than planned`() async throws {
    let dev = try await RunningDev.start()
    try await dev.apply(try Example.text("chat-llama"))
    try await dev.kubectl("wait", "--for=condition=Ready", "--timeout=90s", "modeldeployment/chat-llama").checked()
    try await Self.load(dev, clients: 6, seconds: 5)
    try await eventually("the targets are met", within: .seconds(60)) {
      try await dev.condition("SLOMet", of: "modeldeployment/chat-llama") == "True SLOMet"
    }
    let fields = try await dev.kubectl(
      "get", "modeldeployment", "chat-llama", "-o",
      "jsonpath={.status.observed.ttftP50} {.status.observed.ttftP95} {.status.observed.e2eP95} {.status.observed.answers}"
    ).checked().output.split(separator: " ").compactMap { Double($0) }
    try #require(fields.count == 4, "\(fields)")
    #expect(fields[0] > 0 && fields[0] <= fields[1] && fields[1] < fields[2] && fields[3] >= 73, "\(fields)")
    let observed = try await dev.json("modeldeployment/chat-llama")[["status", "observed"]]
    #expect(
      observed?["costPerHourUSD"]?.double ?? 0 > 0 && observed?[["drift", "ttft"]]?.double ?? 0 > 0, "\(String(describing: observed))")

    // The same plan on servers that take twenty times as long.
    try await dev.kubectl(
      "patch", "modeldeployment", "chat-llama", "--type=merge", "-p", #"{"spec": {"serving": {"args": ["--speed=0.05"]}}}"#
    ).checked()
    try await eventually("the slow servers run", within: .seconds(60)) {
      let service = try await dev.json("inferenceservice/chat-llama")
      let arguments = service[["spec", "predictor", "containers"]]?[0]?["args"]?.strings ?? []
      let ready = try await dev.condition("Ready", of: "modeldeployment/chat-llama")
      return arguments.contains("--speed=0.05") && ready == "True Serving"
    }
    // So many that those of before, in the same minute, do not outweigh them.
    try await Self.load(dev, clients: 30, seconds: 15)
    try await eventually("the targets are missed", within: .seconds(60)) {
      try await dev.condition("SLOMet", of: "modeldeployment/chat-llama") == "False SLOMissed"
    }
    let missed = try await dev.json("modeldeployment/chat-llama")[["status", "conditions"]]?.array?.first { $0["type"] == "SLOMet" }
    #expect(missed?["message"]?.string?.contains("TTFT p95") == true, "\(String(describing: missed))")
    try await eventually("an event tells") {
      try await dev.kubectl("get", "events").checked().output.contains("SLOMissed")
    }
  }

  private static func load(_ dev: RunningDev, clients: Int, seconds: Int) async throws {
    try await Command.run(
      RunningDev.program,
      [
        "load", "--url", dev.gateway, "--model", "chat-llama", "--clients", "\(clients)", "--duration", "\(seconds)", "--output-tokens",
        "4",
      ]
    ).checked()
  }
}
