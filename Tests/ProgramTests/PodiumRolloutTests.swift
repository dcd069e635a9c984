import Foundation
import JSON
import TestKit
import Testing

/// Canaries and rollbacks as users see them: under load, of which nothing may be lost.
@Suite struct `A rollout in podium dev` {
  private static let stable = "meta-llama/Llama-3.1-8B-Instruct"
  private static let other = "ibm-granite/granite-3.1-8b-instruct"

  private func start() async throws -> RunningDev {
    let dev = try await RunningDev.start()
    try await dev.apply(
      """
      apiVersion: qos.maas.io/v1
      kind: ModelDeployment
      metadata: {name: chat}
      spec:
        model: \(Self.stable)
        useCase: chatbot_conversational
        traffic: {expectedQPS: 5}
        serving: {runtime: simulator}
        # What a debug build on a loaded machine keeps as well: these canaries are not judged by their speed.
        slo: {ttftP95: 2000, itlP95: 100, e2eP95: 20000}
      """)
    try await dev.kubectl("wait", "--for=condition=Ready", "--timeout=90s", "modeldeployment/chat").checked()
    return dev
  }

  private func roll(_ dev: RunningDev, _ rollout: String) async throws {
    try await dev.kubectl("patch", "modeldeployment", "chat", "--type=merge", "-p", #"{"spec": {"rollout": \#(rollout)}}"#).checked()
  }

  private func phase(_ dev: RunningDev) async throws -> String? {
    try await dev.json("modeldeployment/chat")[["status", "rollout", "phase"]]?.string
  }

  @Test func `promotes a canary without losing a request, and changes the servers over as softly`() async throws {
    let dev = try await start()
    let load = try SteadyLoad(dev, model: "chat")
    try await roll(
      dev, #"{"canary": {"model": "\#(Self.other)", "trafficPercent": 50, "stepSeconds": 10, "minRequests": 1, "promotion": "automatic"}}"#)
    try await eventually("the canary is promoted", within: .seconds(180)) {
      let rollout = try await dev.json("modeldeployment/chat")[["status", "rollout"]]
      if rollout?["phase"] == "rolledBack" { throw TestKitError(rollout?["message"]?.string ?? "") }
      return rollout?["phase"] == "promoted"
    }
    let promoted = try await dev.json("modeldeployment/chat")
    #expect(promoted[["status", "plan", "model"]]?.string == Self.other)
    try await eventually("the canary's servers are gone", within: .seconds(60)) {
      try await dev.kubectl("get", "inferenceservices,endpointslices", "-o", "name").checked().output.contains("chat-canary") == false
    }
    // Back without a canary: the servers change over under the same load.
    try await dev.kubectl(
      "patch", "modeldeployment", "chat", "--type=merge", "-p", #"{"spec": {"rollout": null}}"#
    ).checked()
    try await eventually("the servers are the former model's", within: .seconds(60)) {
      let arguments = try await dev.json("inferenceservice/chat")[["spec", "predictor", "containers"]]?[0]?["args"]?.strings ?? []
      let slices = try await dev.json("endpointslices")["items"]?.array ?? []
      let wanted = try await dev.json("modeldeployment/chat")[["status", "plan", "replicas"]]?.int
      return arguments.contains("--model=\(Self.stable)") && slices.count == wanted
        && slices.allSatisfy { $0["endpoints"]?[0]?[["conditions", "ready"]] == true }
    }
    let answers = try await load.end()
    #expect(answers.areWhole && answers.sent > 50, "\(answers)")
    let events = try await dev.kubectl("get", "events").checked().output
    for event in ["CanaryPreparing", "CanaryProgressing", "CanaryPromoting", "CanaryPromoted"] { #expect(events.contains(event)) }
  }

  @Test func `rolls back a canary that fails, says why, and does not try it again; callers of the others notice nothing`() async throws {
    let dev = try await start()
    let load = try SteadyLoad(dev, model: "chat")
    // Its part is 0, so that it is broken before anybody is sent there.
    let canary = { (percent: Int) in #"{"canary": {"model": "\#(Self.other)", "trafficPercent": \#(percent), "minRequests": 2}}"# }
    try await roll(dev, canary(0))
    try await eventually("the canary has its servers", within: .seconds(60)) {
      let slices = try await dev.json("endpointslices")["items"]?.array ?? []
      return slices.contains { $0.name.hasPrefix("chat-canary") && $0["endpoints"]?[0]?[["conditions", "ready"]] == true }
    }
    try await dev.kubectl("annotate", "inferenceservice", "chat-canary", "qos.maas.io/simulated-faults=--fault-error-rate=1").checked()
    try await roll(dev, canary(30))
    try await eventually("the canary is rolled back", within: .seconds(90)) { try await phase(dev) == "rolledBack" }
    let answers = try await load.end()
    // Its own errors are what it is judged by; nothing else comes through, and nothing is cut off.
    let failed = answers.statuses[500] ?? 0
    #expect(answers.statuses == [200: answers.sent - failed, 500: failed] && (1...answers.sent / 5).contains(failed), "\(answers)")
    #expect(answers.broken == 0, "\(answers)")
    let after = try SteadyLoad(dev, model: "chat")
    let condition = try await dev.json("modeldeployment/chat")[["status", "conditions"]]?.array?.first { $0["type"] == "RolledOut" }
    #expect(condition?["status"] == "False" && condition?["reason"] == "RolledBack", "\(condition ?? nil)")
    #expect(condition?["message"]?.string?.contains("Rolled back from 30 %") == true, "\(condition ?? nil)")
    try await eventually("its servers are gone, and an event says why", within: .seconds(60)) {
      let objects = try await dev.kubectl("get", "inferenceservices,endpointslices", "-o", "name").checked().output
      let events = try await dev.kubectl("get", "events", "--field-selector", "type=Warning").checked().output
      return !objects.contains("chat-canary") && events.contains("CanaryRolledBack")
    }
    // Another change of the spec is no reason to try it again; one of the canary is.
    try await dev.kubectl("patch", "modeldeployment", "chat", "--type=merge", "-p", #"{"spec": {"traffic": {"expectedQPS": 4}}}"#).checked()
    try await eventually("the change is seen") {
      let object = try await dev.json("modeldeployment/chat")
      return object[["status", "observedGeneration"]] == object[["metadata", "generation"]]
    }
    #expect(try await phase(dev) == "rolledBack")
    let calm = try await after.end()
    #expect(calm.areWhole, "\(calm)")
    try await roll(dev, canary(20))
    try await eventually("it begins anew") { ["preparing", "progressing"].contains(try await phase(dev)) }
  }

  @Test func `puts a revision back by its name, and says which there are when the name is wrong`() async throws {
    let dev = try await start()
    let first = try #require(try await dev.json("modeldeployment/chat")[["status", "revisions"]]?[0]?["name"]?.string)
    let load = try SteadyLoad(dev, model: "chat")
    try await dev.kubectl("patch", "modeldeployment", "chat", "--type=merge", "-p", #"{"spec": {"model": "\#(Self.other)"}}"#).checked()
    func model() async throws -> String? { try await dev.json("modeldeployment/chat")[["status", "plan", "model"]]?.string }
    try await eventually("the other model is planned") { try await model() == Self.other }
    try await roll(dev, #"{"rollbackTo": "7-nothing"}"#)
    try await eventually("the condition names what there is") {
      let conditions = try await dev.json("modeldeployment/chat")[["status", "conditions"]]?.array ?? []
      return conditions.contains {
        $0["type"] == "RolledOut" && $0["reason"] == "RevisionNotFound" && $0["message"]?.string?.contains(first) == true
      }
    }
    #expect(try await model() == Self.other)
    try await roll(dev, #"{"rollbackTo": "\#(first)"}"#)
    try await eventually("the first revision's servers run") {
      let slices = try await dev.json("endpointslices")["items"]?.array ?? []
      let arguments = try await dev.json("inferenceservice/chat")[["spec", "predictor", "containers"]]?[0]?["args"]?.strings ?? []
      return arguments.contains("--model=\(Self.stable)") && slices.allSatisfy { $0["endpoints"]?[0]?[["conditions", "ready"]] == true }
    }
    #expect(try await dev.condition("RolledOut", of: "modeldeployment/chat") == "True RolledBackTo")
    let answers = try await load.end()
    #expect(answers.areWhole && answers.sent > 20, "\(answers)")
  }
}

extension JSONValue {
  fileprivate var name: String { self[["metadata", "name"]]?.string ?? "" }
}
