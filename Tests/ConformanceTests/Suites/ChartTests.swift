import Foundation
import JSON
import TestKit
import Testing
import YAML

/// What helm makes of the chart and its values, without a cluster.
@Suite("the chart", .enabled(if: Tools.helm != nil, "there is no helm: run hack/setup test"))
struct ChartTests {
  private static let everything = [
    "replicaCount=3", "monitoring.podMonitor.enabled=true", "monitoring.prometheusRule.enabled=true",
    "monitoring.dashboard.enabled=true", "networkPolicy.enabled=true", "telemetry.accessLog=stdout", "dataPlane.mode=deployment",
    "dataPlane.deployment.autoscaling.enabled=true", "dataPlane.tls.secretName=gateway", "dataPlane.tls.clientAuth=optional",
    "telemetry.otlpEndpoint=http://collector:4318", "models.alerts=true", "models.dashboards=true",
    "monitoring.runbooks=https://runbooks.example.com", "models.hpaMetric=podium_demand", "models.externalScaler.enabled=true",
  ]

  private func helm(_ arguments: [String], _ settings: [String]) async throws -> CommandResult {
    try await Command.run(Tools.helm ?? "helm", arguments + settings.flatMap { ["--set", $0] })
  }

  /// The objects of a release `podium` in `podium-system`, but for the CRDs.
  private func objects(_ settings: [String]) async throws -> [JSONValue] {
    let arguments = ["template", "podium", "\(Places.repository)/charts/podium", "--namespace", "podium-system"]
    return try YAMLParser.documents(try await helm(arguments, settings + ["crds.install=false"]).checked().output)
  }

  private func kinds(_ objects: [JSONValue]) -> Set<String> { Set(objects.compactMap { $0["kind"]?.string }) }

  @Test("Everything optional is off by default, and lint is satisfied with everything on")
  func defaults() async throws {
    #expect(
      kinds(try await objects([])) == [
        "ClusterRole", "ClusterRoleBinding", "Deployment", "PodDisruptionBudget", "Role", "RoleBinding", "Service", "ServiceAccount",
      ])
    let optional: Set = ["PodMonitor", "PrometheusRule", "ConfigMap", "NetworkPolicy", "HorizontalPodAutoscaler", "Secret"]
    #expect(optional.isSubset(of: kinds(try await objects(Self.everything))))
    for settings in [[], Self.everything] {
      try await helm(["lint", "--strict", "\(Places.repository)/charts/podium"], settings).checked()
    }
  }

  @Test(
    "Values that exclude each other, or that no cluster could live with, are refused by name",
    arguments: [
      ("dataPlane.tls.clientAuth=required", "name a Secret with tls.crt, tls.key and ca.crt"),
      ("ports.gateway=8081", "ports.gateway and ports.health are both 8081"),
      ("dataPlane.mode=deployment,ports.gateway=8081", "ports.gateway and dataPlane.deployment.adminPort are both 8081"),
      (
        "dataPlane.mode=deployment,dataPlane.deployment.drain.terminationGracePeriodSeconds=5",
        "terminationGracePeriodSeconds must be more than lameDuckSeconds"
      ), ("podDisruptionBudget.maxUnavailable=0", "podDisruptionBudget.maxUnavailable: Must be greater than or equal to 1"),
      ("dataPlane.mode=sidecar", "dataPlane.mode"), ("replicaCont=2", "replicaCont is not allowed"),
    ])
  func refused(_ setting: String, _ message: String) async throws {
    let result = try await helm(["template", "podium", "\(Places.repository)/charts/podium"], [setting])
    #expect(!result.succeeded && result.errors.contains(message), "\(result.errors)")
  }

  @Test("Pods meet the restricted Pod Security Standard in both modes", arguments: ["embedded", "deployment"])
  func restricted(_ mode: String) async throws {
    let pods = try await objects(["dataPlane.mode=\(mode)", "dataPlane.tls.secretName=tls"]).filter { $0["kind"] == "Deployment" }
      .compactMap { $0[["spec", "template", "spec"]] }
    #expect(pods.count == (mode == "deployment" ? 2 : 1))
    for pod in pods {
      #expect(pod[["securityContext", "runAsNonRoot"]] == true && pod[["securityContext", "seccompProfile", "type"]] == "RuntimeDefault")
      #expect(pod["hostNetwork"] == nil && pod["hostPID"] == nil)
      let kinds = (pod["volumes"]?.array ?? []).flatMap { $0.object?.map(\.key) ?? [] }.filter { $0 != "name" }
      #expect(Set(kinds).isSubset(of: ["configMap", "secret", "emptyDir", "projected"]))
      for container in pod["containers"]?.array ?? [] {
        let context = container["securityContext"]
        #expect(context?["allowPrivilegeEscalation"] == false && context?[["capabilities", "drop"]] == ["ALL"])
        #expect(context?["readOnlyRootFilesystem"] == true && context?["privileged"] == nil)
      }
    }
  }

  @Test("Several pods are spread softly over nodes and zones; one is not, and own constraints win")
  func spread() async throws {
    func constraints(_ settings: [String]) async throws -> [JSONValue]? {
      try await objects(settings).first { $0["kind"] == "Deployment" }?[["spec", "template", "spec", "topologySpreadConstraints"]]?.array
    }
    #expect(try await constraints([]) == nil)
    let spread = try #require(try await constraints(["replicaCount=2"]))
    #expect(spread.map { $0["topologyKey"] } == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"])
    #expect(spread.allSatisfy { $0["whenUnsatisfiable"] == "ScheduleAnyway" })
    let own = try await constraints(["replicaCount=2", "topologySpreadConstraints[0].topologyKey=rack"])
    #expect(own?.map { $0["topologyKey"] } == ["rack"])
  }

  @Test("The gateway is for its peers, health and metrics are for monitoring")
  func networkPolicy() async throws {
    let peers = ["networkPolicy.enabled=true", "networkPolicy.gatewayPeers[0].podSelector.matchLabels.app=web"]
    let policy = try #require(try await objects(peers).first { $0["kind"] == "NetworkPolicy" })
    let rules = try #require(policy[["spec", "ingress"]]?.array)
    let gateway = try #require(rules.first { $0["ports"]?.array?.count == 1 })
    #expect(gateway["ports"]?[0]?["port"] == "gateway" && gateway["from"]?[0]?[["podSelector", "matchLabels", "app"]] == "web")
    let health = rules.filter { $0["ports"]?.array?.contains { $0["port"] == "health" } == true }
    #expect(health.count == 1 && health[0]["from"]?[0]?["namespaceSelector"] != nil)
    #expect(policy[["spec", "podSelector", "matchLabels", "app.kubernetes.io/instance"]] == "podium")
  }

  @Test("The dashboard is one that Grafana loads: bare JSON under the sidecar's label, distinct panels, no panel of Angular")
  func dashboard() async throws {
    let map = try #require(try await objects(Self.everything).first { $0[["metadata", "name"]] == "podium-dashboard" })
    #expect(map[["metadata", "labels", "grafana_dashboard"]] == "1")
    let text = try #require(map["data"]?["podium.json"]?.string)
    let dashboard = try JSONValue(parsing: text)
    let panels = try #require(dashboard["panels"]?.array)
    #expect(dashboard["dashboard"] == nil && dashboard["uid"] == "podium")
    #expect(Set(panels.compactMap { $0["id"]?.int }).count == panels.count)
    #expect(panels.allSatisfy { ["row", "stat", "timeseries"].contains($0["type"]?.string ?? "") })
  }

  @Test("promtool accepts the alerts, and each fires when it should and not before", .enabled(if: Tools.find("promtool") != nil))
  func alerts() async throws {
    let settings = Self.everything.filter { !$0.hasPrefix("monitoring.runbooks") }
    let rule = try #require(try await objects(settings).first { $0["kind"] == "PrometheusRule" })
    let folder = try TemporaryDirectory()
    let spec = try #require(rule["spec"])
    let rules = try folder.write(spec.text(), to: "rules.yaml")
    let promtool = Tools.find("promtool") ?? "promtool"
    let checked = try await Command.run(promtool, ["check", "rules", rules]).checked().output
    let alerts = (spec["groups"]?.array ?? []).flatMap { $0["rules"]?.array ?? [] }.compactMap { $0["alert"]?.string }
    #expect(checked.contains("\(alerts.count) rules found"), "\(checked)")
    for alert in (spec["groups"]?.array ?? []).flatMap({ $0["rules"]?.array ?? [] }) {
      #expect(alert[["annotations", "description"]] != nil && alert[["labels", "severity"]] != nil, "\(alert)")
    }
    let cases = try folder.write(try Places.text("charts/podium/tests/alerts.yaml"), to: "tests.yaml")
    let tested = try await Command.run(promtool, ["test", "rules", cases], directory: folder.path)
    #expect(tested.succeeded, "\(tested.output)\(tested.errors)")
    let text = try Places.text("charts/podium/tests/alerts.yaml")
    for alert in alerts {
      #expect(text.contains("alertname: \(alert)"), "\(alert) is not tested")
      #expect(try Places.text("charts/podium/runbooks/\(alert).md").hasPrefix("# \(alert)\n"))
    }
  }
}
