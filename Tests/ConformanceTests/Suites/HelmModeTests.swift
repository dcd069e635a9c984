import Foundation
import JSON
import TestKit
import Testing

/// The chart's data plane in the operator's pods, as a Deployment of its own, and back.
@Suite("helm and the mode of the data plane", .enabled(if: Tools.helm != nil, "there is no helm: run hack/setup test"))
struct HelmModeTests {
  private func helm(_ cluster: Cluster, _ arguments: [String]) async throws -> CommandResult {
    let home = "\(cluster.kubeconfig).helm"
    return try await Command.run(
      Tools.helm ?? "helm", arguments + ["--kubeconfig", cluster.kubeconfig],
      environment: ["HELM_CACHE_HOME": home, "HELM_CONFIG_HOME": home, "HELM_DATA_HOME": home], timeout: .seconds(180))
  }

  @Test(
    "A release goes from embedded to a deployment and back, keeps its key and its policy over upgrades, and leaves nothing behind",
    arguments: ControlPlaneUnderTest.all)
  func modes(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let cluster = sandbox.cluster
    let release = "r\(sandbox.id)"
    let (name, plane) = ("\(release)-podium", "\(release)-podium-data-plane")
    // Without the CRDs: another test of the chart installs those, at the same time.
    let common = [
      "--namespace", sandbox.namespace, "--set", "crds.install=false", "--set", "dataPlane.namespace=\(sandbox.namespace)",
    ]
    func helm(_ arguments: String...) async throws -> String {
      try await self.helm(cluster, arguments + (["install", "upgrade"].contains(arguments[0]) ? common : Array(common.prefix(2))))
        .checked().output
    }
    func status(_ path: String) async throws -> Int { try await sandbox.api.get(path).status }
    let chart = "\(Places.repository)/charts/podium"
    let ofPlane = [
      "\(sandbox.collection("apps/v1", "deployments"))/\(plane)", "\(sandbox.core("services"))/\(plane)",
      "\(sandbox.core("services"))/\(plane)-peers", "\(sandbox.core("secrets"))/\(plane)-policy",
      "\(sandbox.core("secrets"))/\(plane)-fleet",
      "\(sandbox.core("configmaps"))/\(plane)", "\(sandbox.core("serviceaccounts"))/\(plane)",
      "\(sandbox.collection("rbac.authorization.k8s.io/v1", "roles"))/\(plane)-policy",
    ]
    let gateway = "\(sandbox.core("services"))/\(name)"

    _ = try await helm("install", release, chart)
    for path in ofPlane { #expect(try await status(path) == 404, "\(path)") }
    let notes = try await helm("upgrade", release, chart, "--set", "dataPlane.mode=deployment")
    #expect(notes.contains("http://\(plane).\(sandbox.namespace).svc:8080") && notes.contains("deployment/\(plane)"), "\(notes)")
    for path in ofPlane { #expect(try await status(path) == 200, "\(path)") }
    #expect(try await status(gateway) == 404)
    let pod = try await sandbox.api.get(ofPlane[0]).must(200).json[["spec", "template", "spec"]]
    #expect(
      pod?["automountServiceAccountToken"] == false && pod?["containers"]?[0]?[["securityContext", "readOnlyRootFilesystem"]] == true)

    // What the operator has written, and the key of the fleet, survive an upgrade.
    let policy = Data("{}".utf8).base64EncodedString()
    try await sandbox.api.patch(
      ofPlane[3], .mergePatch, ["data": ["policy.json": .string(policy)]]
    ).must(200)
    let key = try await sandbox.api.get(ofPlane[4]).must(200).json[["data", "key"]]
    #expect(Data(base64Encoded: key?.string ?? "")?.count == 48)
    _ = try await helm("upgrade", release, chart, "--set", "dataPlane.mode=deployment", "--set", "dataPlane.deployment.replicas=3")
    #expect(try await sandbox.api.get(ofPlane[0]).json[["spec", "replicas"]]?.int == 3)
    #expect(try await sandbox.api.get(ofPlane[3]).json[["data", "policy.json"]]?.string == policy)
    #expect(try await sandbox.api.get(ofPlane[4]).json[["data", "key"]] == key)

    _ = try await helm("rollback", release, "1")
    for path in ofPlane { #expect(try await status(path) == 404, "\(path)") }
    #expect(try await status(gateway) == 200)
    _ = try await helm("rollback", release, "3")
    #expect(try await status(ofPlane[0]) == 200)
    _ = try await helm("upgrade", release, chart)
    #expect(try await status(ofPlane[0]) == 404)
    _ = try await helm("upgrade", release, chart, "--set", "dataPlane.mode=deployment")
    _ = try await helm("uninstall", release)
    for path in ofPlane + [gateway] { #expect(try await status(path) == 404, "\(path)") }
  }

  @Test(
    "Wrong values of every part are refused by name",
    arguments: [
      ("models.weights.cost=-1", "cost"), ("models.startup.loadRate=5", "loadRate"), ("dataPlane.mode=daemonset", "mode"),
      ("dataPlane.deployment.replicas=-1", "replicas"),
      ("dataPlane.deployment.drain.lameDuck=5", "lameDuck"), ("dataPlane.deployment.fleet.port=80", "port"),
      ("dataPlane.deployment.service.type=ExternalName", "type"), ("networkPolicy.gatewayPeers[0].pods=x", "pods"),
      ("monitoring.podMonitor.interval=often", "interval"), ("monitoring.prometheusRules.enabled=true", "prometheusRules"),
      (
        "dataPlane.deployment.autoscaling.minReplicas=20,dataPlane.deployment.autoscaling.enabled=true,dataPlane.mode=deployment",
        "maxReplicas"
      ),
    ])
  func wrongValues(setting: String, field: String) async throws {
    let refused = try await Command.run(
      Tools.helm ?? "helm", ["template", "podium", "\(Places.repository)/charts/podium", "--set", setting])
    #expect(refused.status != 0 && refused.errors.contains(field), "\(refused.errors)")
  }

  @Test("The operator may write one Secret of the data plane's namespace, by name, and no other; the proxies' account may do nothing")
  func rights() async throws {
    guard RealControlPlane.isAvailable else { try Test.cancel("rights are enforced by a real kube-apiserver, and there is none") }
    let real = try await RealControlPlane.shared()
    let sandbox = try await Sandbox(Cluster(real: real))
    let release = "r\(sandbox.id)"
    let options = [
      "--namespace", sandbox.namespace, "--set", "crds.install=false,dataPlane.mode=deployment,dataPlane.namespace=\(sandbox.namespace)",
    ]
    try await helm(sandbox.cluster, ["install", release, "\(Places.repository)/charts/podium"] + options).checked()
    func may(_ account: String, _ verb: String, _ name: String, in namespace: String) async throws -> Bool {
      let review: JSONValue = [
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
        "spec": [
          "user": .string("system:serviceaccount:\(sandbox.namespace):\(account)"),
          "resourceAttributes": [
            "verb": .string(verb), "resource": "secrets", "group": "", "namespace": .string(namespace), "name": .string(name),
          ],
        ],
      ]
      let reply = try await sandbox.api.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", review).must(201)
      return reply.json[["status", "allowed"]] == true
    }
    let (podium, plane) = ("\(release)-podium", "\(release)-podium-data-plane")
    #expect(try await may(podium, "patch", "\(plane)-policy", in: sandbox.namespace))
    #expect(try await !may(podium, "patch", "\(plane)-fleet", in: sandbox.namespace))
    #expect(try await !may(podium, "patch", "\(plane)-policy", in: "default"))
    for verb in ["create", "delete", "update"] {
      #expect(try await !may(podium, verb, "\(plane)-policy", in: sandbox.namespace), "\(verb)")
    }
    for verb in ["get", "list", "patch"] { #expect(try await !may(plane, verb, "\(plane)-policy", in: sandbox.namespace), "\(verb)") }
  }
}
