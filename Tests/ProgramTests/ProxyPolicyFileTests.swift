import Foundation
import JSON
import TestKit
import Testing

/// podium-proxy with its policy in a mounted Secret, as a kubelet updates it.
@Suite struct `A policy of its own file` {
  private func policy(_ name: String, weight: Int = 10) -> String {
    """
    {"revision": "of \(name)", "pools": [{"name": "\(name)", "scheduling": {"tiers": [{"name": "only", "weight": \(weight), "priority": 1}]}}]}
    """
  }

  private let configuration = "namespace: team\ntimeouts: {lameDuck: 1s}\n"

  @Test func `may come later; swapped links are noticed, a wrong one is refused by the path of the field, and the last good one stays`()
    async throws
  {
    let proxy = try await RunningProxy.start(configuration: configuration)
    #expect(try await !proxy.isReady())
    #expect(try await proxy.get("\(proxy.gateway)/v1/chat/completions").contains(" 405 "), "it listens all the same")
    try await eventually("it says what it waits for") { proxy.process.errors.contains("not ready: waiting for the policy") }

    // A Secret that has no file yet, and then one.
    try proxy.mount.update([:])
    #expect(try await !proxy.isReady())
    try proxy.mount.update(["policy.json": policy("one")])
    try await eventually("it is ready") { try await proxy.isReady() }
    #expect(try await proxy.get("\(proxy.gateway)/v1/models").contains("\"one\""))

    try proxy.mount.update(["policy.json": policy("two")])
    try await eventually("the swap is noticed") { try await proxy.get("\(proxy.gateway)/v1/models").contains("\"two\"") }
    #expect(try await proxy.metrics().contains(#"qos_policy_info{namespace="team",revision="of two"} 1"#))

    try proxy.mount.update(["policy.json": policy("three", weight: 0)])
    try await eventually("it is refused") { try await proxy.metrics().contains(#"qos_policy_refused{namespace="team"} 1"#) }
    let figures = try await proxy.figures()
    #expect(figures["revision"] == "of two")
    #expect(figures["refusal"]?.string?.contains("policy.json: pools[0].scheduling.tiers[0].weight: is 0") == true, "\(figures)")
    #expect(try await proxy.isReady())

    try proxy.mount.update(["policy.json": policy("four")])
    try await eventually("a good one is taken after all") { try await proxy.figures()["revision"] == "of four" }
    #expect(try await proxy.metrics().contains(#"qos_policy_refused{namespace="team"} 0"#))
    #expect(try await proxy.process.stop() == 0, "\(proxy.process.errors)")
  }

  @Test func `that is wrong from the beginning leaves the proxy running, not ready, and says why`() async throws {
    let mount = try KubeletMount()
    try mount.update(["policy.json": "{\"pools\": [{}]}"])
    let proxy = try await RunningProxy.start(configuration: configuration, mount: mount)
    try await eventually("it says why") { try await proxy.figures()["refusal"]?.string?.contains("pools[0].name: is missing") == true }
    #expect(try await !proxy.isReady() && proxy.process.exitStatus() == nil)
    try mount.update(["policy.json": policy("one")])
    try await eventually("it is ready") { try await proxy.isReady() }
  }

  @Test func `and one in the configuration file too is one too many`() async throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write("policy: {pools: []}", to: "proxy.yaml")
    let result = try await Command.run(
      Places.repository + "/.build/debug/podium-proxy", ["--config", path, "--policy", "\(folder.path)/policy.json"])
    #expect(result.status != 0 && result.errors.contains("(--policy): write it in one of the two"), "\(result.errors)")
  }
}
