import Foundation
import JSON
import TestKit
import Testing

/// Journey one and two of the code map, as a user walks them.
@Suite struct `podium dev` {
  @Test func `turns the examples into a model that answers, and says so in conditions`() async throws {
    let dev = try await RunningDev.start()
    try await dev.apply(try Example.text("qospolicy"))
    try await dev.apply(try Example.text("chat-llama"))
    try await dev.kubectl("wait", "--for=condition=Ready", "--timeout=90s", "modeldeployment/chat-llama", "qospolicy/revenue-based-qos")
      .checked()

    let answer = try await dev.chat("chat-llama", headers: ["x-customer-tier: enterprise"])
    #expect(answer.output.contains("200 OK") && answer.output.contains("\"completion_tokens\":4"), "\(answer.output)")
    let models = try await Command.run("curl", ["-sS", "\(dev.gateway)/v1/models"]).checked().output
    #expect(models.contains("\"id\":\"chat-llama\""))

    let deployment = try await dev.json("modeldeployment/chat-llama")
    #expect(deployment[["status", "plan", "confidence"]]?.string == "benchmarked")
    #expect(deployment[["status", "observedGeneration"]] == deployment[["metadata", "generation"]])
    for owned in ["inferenceservice/chat-llama", "scaledobject/chat-llama", "podmonitor/chat-llama"] {
      let object = try await dev.json(owned)
      #expect(object[["metadata", "ownerReferences"]]?[0]?["uid"] == deployment[["metadata", "uid"]], "\(owned)")
    }
    let table = try await dev.kubectl("get", "maas").checked().output
    #expect(table.contains("Serving") && table.contains("enterprise 70/100"))
    try await eventually("events tell what was decided") {
      let events = try await dev.kubectl("get", "events").checked().output
      return events.contains("Planned") && events.contains("Serving") && events.contains("Programmed")
    }
  }

  @Test func `undoes a stranger's change of what it owns, and cleans up after a deleted ModelDeployment`() async throws {
    let dev = try await RunningDev.start()
    try await dev.apply(try Example.text("chat-llama"))
    try await dev.kubectl("wait", "--for=condition=Ready", "--timeout=90s", "modeldeployment/chat-llama").checked()
    let uid = try await dev.json("inferenceservice/chat-llama")[["metadata", "uid"]]

    try await dev.kubectl(
      "patch", "inferenceservice", "chat-llama", "--type=merge", "-p", #"{"spec":{"predictor":{"maxReplicas":77}}}"#
    ).checked()
    try await eventually("the field is back") {
      try await dev.json("inferenceservice/chat-llama")[["spec", "predictor", "maxReplicas"]]?.int != 77
    }
    try await dev.kubectl("delete", "inferenceservice", "chat-llama").checked()
    try await eventually("the object is back") {
      let object = try? await dev.json("inferenceservice/chat-llama")
      return object != nil && object?[["metadata", "uid"]] != uid
    }
    try await dev.kubectl("delete", "modeldeployment", "chat-llama").checked()
    try await eventually("nothing of it is left") {
      let rest = try await dev.kubectl("get", "inferenceservices,scaledobjects,podmonitors,endpointslices", "-o", "name").checked().output
      let models = try await Command.run("curl", ["-sS", "\(dev.gateway)/v1/models"]).checked().output
      return rest.isEmpty && !models.contains("chat-llama")
    }
  }

  @Test func `enforces a changed policy without dropping a request`() async throws {
    let dev = try await RunningDev.start()
    try await dev.apply(try Example.text("qospolicy"))
    try await dev.apply(try Example.text("chat-llama"))
    try await dev.kubectl("wait", "--for=condition=Ready", "--timeout=90s", "modeldeployment/chat-llama").checked()
    let load = try ChildProcess(
      RunningDev.program,
      ["load", "--url", dev.gateway, "--model", "chat-llama", "--clients", "6", "--duration", "6", "--output-tokens", "8"])
    for weight in [60, 50, 40] {
      try await dev.kubectl(
        "patch", "qospolicy", "revenue-based-qos", "--type=json", "-p",
        #"[{"op": "replace", "path": "/spec/tiers/0/weight", "value": \#(weight)}]"#
      ).checked()
      try await eventually("weight \(weight) is in force") {
        let policy = try await dev.json("qospolicy/revenue-based-qos")
        return policy[["status", "observedGeneration"]] == policy[["metadata", "generation"]]
          && policy[["status", "summary"]]?.string?.contains("enterprise \(weight)/100") == true
      }
    }
    try await load.wait()
    // A verdict needs enough answers, which a loaded machine has not given yet.
    let more = try ChildProcess(
      RunningDev.program,
      ["load", "--url", dev.gateway, "--model", "chat-llama", "--clients", "6", "--duration", "30", "--output-tokens", "8"])
    defer { kill(more.pid, SIGTERM) }
    try await eventually("what callers got is compared with the plan") {
      let met = try await dev.condition("SLOMet", of: "modeldeployment/chat-llama")
      let observed = try await dev.json("modeldeployment/chat-llama")[["status", "observed"]]
      return (met == "True SLOMet" || met == "False SLOMissed") && observed?["ttftP95"]?.double ?? 0 > 0
    }
    let failed = load.output.split(separator: "\n").dropFirst().map { $0.split(separator: " ", omittingEmptySubsequences: true) }
    #expect(failed.count == 3, "\(load.output)\(load.errors)")
    for row in failed { #expect(row.count > 4 && row[4] == "0" && row[1] == row[2], "\(load.output)") }
  }

  @Test func `knows callers by API keys and by the trusted header`() async throws {
    let dev = try await RunningDev.start()
    try await dev.apply(try Example.text("qospolicy"))
    try await dev.apply(try Example.text("chat-llama"))
    try await dev.apply(try Example.text("api-keys"))
    try await dev.kubectl("wait", "--for=condition=Ready", "--timeout=90s", "modeldeployment/chat-llama").checked()
    func tier(_ headers: String...) async throws -> String? {
      let answer = try await dev.chat("chat-llama", headers: headers).output.lowercased()
      return answer.split(separator: "\r\n").first { $0.hasPrefix("x-podium-tier:") }.map {
        String($0.dropFirst("x-podium-tier:".count)).trimmingCharacters(in: .whitespaces)
      }
    }
    #expect(try await tier() == "free")
    #expect(try await tier("x-customer-tier: premium") == "premium")
    try await eventually("the key is known") {
      try await tier("authorization: Bearer EXAMPLE-ONLY-not-a-real-key-acme-1") == "enterprise"
    }
    #expect(try await tier("x-customer-tier: no-such-tier") == "free")
  }

  @Test func `picks up Kuadrant's AuthPolicy when its CRD appears`() async throws {
    guard let shared = Places.shared else {
      print("skipped: the real CRD of Kuadrant is in ../shared, which is not here")
      return
    }
    let dev = try await RunningDev.start()
    try await dev.apply(try Example.text("qospolicy"))
    try await dev.kubectl("wait", "--for=condition=Ready", "--timeout=60s", "qospolicy/revenue-based-qos").checked()
    try await dev.kubectl("apply", "--server-side", "-f", "\(shared)/crds/kuadrant/kuadrant.io_authpolicies.yaml").checked()
    try await dev.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd/authpolicies.kuadrant.io").checked()
    try await dev.apply(try Example.text("authpolicy"))
    try await eventually("the policy's status names the source", within: .seconds(60)) {
      let sources = try await dev.json("qospolicy/revenue-based-qos")[["status", "tierSources"]]?.array ?? []
      return sources.contains { $0["name"]?.string == "qos-auth-policy" }
    }
    try await eventually("an event on the AuthPolicy says what was understood") {
      try await dev.kubectl("get", "events").checked().output.contains("authpolicy/qos-auth-policy")
    }
  }
}
