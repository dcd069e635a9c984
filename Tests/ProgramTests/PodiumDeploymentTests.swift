import Foundation
import JSON
import TestKit
import Testing

/// The data plane as a Deployment of its own: the operator with the chart's rights against a real API server, proxies as processes with the
/// chart's configuration, and a kubelet played by the test.
@Suite(
  .serialized, .enabled(if: RealControlPlane.isAvailable, "hack/kube-apiserver build has not run"),
  .enabled(if: Machine.address != nil, "this machine has no address but loopback"))
struct `The data plane as a Deployment` {
  private func chat(_ proxy: RunningProxy, _ header: String? = nil) async throws -> String {
    let body = #"{"model": "chat-llama", "max_tokens": 4, "messages": [{"role": "user", "content": "hello"}]}"#
    let arguments = ["-sS", "-i", "--max-time", "60", "\(proxy.gateway)/v1/chat/completions", "-H", "content-type: application/json"]
    return try await Command.run("curl", arguments + ["-d", body] + (header.map { ["-H", $0] } ?? [])).output
  }

  @Test func `serves by the operator's policy out of a Secret, and its figures are in the statuses`() async throws {
    let cluster = try await PodiumCluster.start(auditing: "operator")
    let chart = try await PodiumChart.rendered(
      "dataPlane.mode=deployment", "monitoring.dashboard.enabled=true", "monitoring.prometheusRule.enabled=true", "models.dashboards=true")
    try await cluster.define(PodiumCluster.ownDefinitions + PodiumCluster.standIns)
    try await cluster.grant(chart)
    let kubelet = try await PlayedKubelet(chart, replicas: 2, in: cluster)
    let podium = try await RunningOperator.start(kubeconfig: cluster.plane.cluster.operatorKubeconfig, chart: chart)
    for example in ["qospolicy", "chat-llama", "api-keys"] { try await cluster.apply(try Example.text(example)) }
    try await eventually("the plan is applied", within: .seconds(60), every: .milliseconds(100)) {
      (try? await cluster.json("inferenceservice/chat-llama")) != nil
    }
    let kserve = try await PlayedKServe("chat-llama", in: cluster)

    try await arrives(kubelet, cluster)
    try await answers(kubelet, cluster)
    #expect(try await cluster.json("configmaps").text().contains("\"grafana_dashboard\":\"1\""), "the model has dashboards")
    try await changes(kubelet, cluster)
    try await showsEveryMetric(chart, podium, kubelet.proxies[0])

    // There is no data plane for another namespace, and its policy says so.
    try await cluster.kubectl("create", "namespace", "other").checked()
    try await cluster.kubectl("apply", "-n", "other", "-f", "-", input: try Example.text("qospolicy")).checked()
    try await eventually("the other policy is refused", within: .seconds(60), every: .milliseconds(200)) {
      let status = try await cluster.json("qospolicy/revenue-based-qos", "-n", "other")[["status", "conditions"]]?.array ?? []
      return status.contains { $0["message"]?.string?.contains("no data plane runs for namespace other") == true }
    }

    #expect(try await podium.process.stop() == 0, "\(podium.process.errors)")
    try await needsItsRights(chart, cluster)
    for proxy in kubelet.proxies { #expect(try await proxy.process.stop() == 0, "\(proxy.process.errors)") }
    withExtendedLifetime(kserve) {}
  }

  /// Not ready before, not in force while one proxy lacks it, in force when all have it.
  private func arrives(_ kubelet: PlayedKubelet, _ cluster: PodiumCluster) async throws {
    for proxy in kubelet.proxies { #expect(try await !proxy.isReady()) }
    try await eventually("the Secret has the server and the keys", within: .seconds(60), every: .milliseconds(200)) {
      guard let policy = try await kubelet.policy() else { return false }
      return policy["pools"]?[0]?["backends"]?.array?.isEmpty == false && policy.text().contains("acme")
    }
    func programmed() async throws -> String { try await cluster.condition("Programmed", of: "qospolicy/revenue-based-qos") }
    try await eventually("it is on its way", within: .seconds(60), every: .milliseconds(200)) {
      try await programmed().contains("0 of 2 proxies say that they enforce it")
    }
    try await eventually("one has it", within: .seconds(60), every: .milliseconds(200)) {
      try await kubelet.sync([kubelet.proxies[0]])
      return try await programmed().contains("1 of 2 proxies say that they enforce it")
    }
    #expect(try await kubelet.proxies[0].isReady())
    #expect(try await !kubelet.proxies[1].isReady())
    try await eventually("both have it", within: .seconds(60), every: .milliseconds(200)) {
      try await kubelet.sync()
      return try await programmed().hasPrefix("True ")
    }
    for proxy in kubelet.proxies {
      try await eventually("it is ready and knows the other") {
        guard try await proxy.isReady() else { return false }
        return try await proxy.metrics().contains(#"qos_fleet_members{namespace="default"} 2"#)
      }
    }
  }

  /// Tiers by key at both proxies; the sum of both is in the statuses.
  private func answers(_ kubelet: PlayedKubelet, _ cluster: PodiumCluster) async throws {
    for proxy in kubelet.proxies {
      for _ in 0..<3 {
        let answer = try await chat(proxy, "authorization: Bearer EXAMPLE-ONLY-not-a-real-key-acme-1")
        #expect(answer.contains("200 OK") && answer.contains("\"completion_tokens\":4"), "\(answer)")
      }
      // A tier from outside is not believed.
      #expect(try await chat(proxy, "x-customer-tier: enterprise").contains("200 OK"))
      let tiers = try await proxy.figures()[["pools"]]?[0]?["tiers"]?.array ?? []
      let served = Dictionary(tiers.map { ($0["name"]?.string ?? "", $0["served"]?.int ?? 0) }) { $1 }
      #expect(served == ["enterprise": 3, "premium": 0, "free": 1])
    }
    try await eventually("the sum is in the policy's status", within: .seconds(60), every: .milliseconds(200)) {
      let tiers = try await cluster.json("qospolicy/revenue-based-qos")[["status", "tiers"]]?.array ?? []
      let requests = tiers.map { $0[["lastMinute", "requests"]]?.int ?? 0 }
      return requests == [6, 0, 2] && (tiers[0][["lastMinute", "e2eP95"]]?.double ?? 0) > 0
    }
    try await cluster.waitFor("Ready", of: "modeldeployment/chat-llama")
    let status = try await eventually("the deployment shows what callers got", within: .seconds(60), every: .milliseconds(200)) {
      let status = try await cluster.json("modeldeployment/chat-llama")["status"]
      return status?[["observed"]] != nil ? status : nil
    }
    #expect(status.text().contains("http://podium-data-plane.default.svc:8080"), "\(status)")
  }

  /// A change of the policy reaches the Secret, and what a proxy refuses is in the policy's condition.
  private func changes(_ kubelet: PlayedKubelet, _ cluster: PodiumCluster) async throws {
    let before = try await kubelet.sync()
    try await cluster.kubectl(
      "patch", "qospolicy", "revenue-based-qos", "--type=json", "-p", #"[{"op": "replace", "path": "/spec/tiers/0/weight", "value": 60}]"#
    ).checked()
    try await eventually("the Secret changes", within: .seconds(60), every: .milliseconds(200)) {
      try await kubelet.policy()?["revision"]?.string != before
    }
    try kubelet.proxies[0].mount.update(["policy.json": #"{"revision": "damaged", "pools": [{}]}"#])
    try await eventually("the refusal is told", within: .seconds(60), every: .milliseconds(200)) {
      let condition = try await cluster.condition("Programmed", of: "qospolicy/revenue-based-qos")
      return condition.hasPrefix("False Refused") && condition.contains("pools[0].name: is missing")
    }
    #expect(try await chat(kubelet.proxies[0]).contains("200 OK"), "the last good one stays")
    try await kubelet.sync()
    try await cluster.waitFor("Programmed", of: "qospolicy/revenue-based-qos")
    #expect(try await cluster.json("qospolicy/revenue-based-qos")[["status", "summary"]]?.string?.contains("enterprise 60/") == true)
  }

  /// Every metric that the chart's dashboard and alerts name is on a page.
  private func showsEveryMetric(_ chart: PodiumChart, _ podium: RunningOperator, _ proxy: RunningProxy) async throws {
    let dashboard = try #require(chart["ConfigMap", "podium-dashboard"]?[["data", "podium.json"]]?.string)
    let rules = try #require(chart["PrometheusRule", "podium"]?["spec"]).text()
    let pages = try await podium.metrics() + proxy.metrics()
    let names = Set((dashboard + rules).matches(of: /\b(?:qos|podium_operator)_[a-z_]+/).map { String($0.output) })
    #expect(names.count > 20)
    for name in names {
      let family = name.hasSuffix("_bucket") ? String(name.dropLast("_bucket".count)) : name
      #expect(pages.contains("# TYPE \(family) "), "\(name)")
    }
  }

  private func needsItsRights(_ chart: PodiumChart, _ cluster: PodiumCluster) async throws {
    let requests = try cluster.plane.audited()
    #expect(requests.filter { $0.code == 403 }.isEmpty, "\(requests.filter { $0.code == 403 })")
    #expect(chart.permissions.contains("patch /secrets") && !chart.permissions.contains("create /secrets"))
    #expect(requests.contains { $0.verb == "patch" && $0.resource == "/secrets" && $0.code == 200 })
  }
}
