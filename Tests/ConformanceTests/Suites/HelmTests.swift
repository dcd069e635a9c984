import Foundation
import JSON
import TestKit
import Testing

@Suite("helm", .enabled(if: Tools.helm != nil, "there is no helm: run hack/setup test"))
struct HelmTests {
  private func helm(_ cluster: Cluster, _ arguments: [String]) async throws -> CommandResult {
    let home = "\(cluster.kubeconfig).helm"
    return try await Command.run(
      Tools.helm ?? "helm", arguments + ["--kubeconfig", cluster.kubeconfig],
      environment: ["HELM_CACHE_HOME": home, "HELM_CONFIG_HOME": home, "HELM_DATA_HOME": home], timeout: .seconds(180))
  }

  @Test(
    "The chart installs, upgrades, rolls back and uninstalls; the CRDs and what people wrote stay", arguments: ControlPlaneUnderTest.all)
  func lifecycle(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let cluster = sandbox.cluster
    let chart = "\(Places.repository)/charts/podium"
    let release = "r\(sandbox.id)"
    let name = "\(release)-podium"
    let common = ["--namespace", sandbox.namespace]

    let installed = try await helm(cluster, ["install", release, chart] + common).checked()
    #expect(installed.output.contains("STATUS: deployed"))
    #expect(installed.output.contains("rollout status deployment/\(name)"))
    let deployment = try await sandbox.api.get("\(sandbox.collection("apps/v1", "deployments"))/\(name)").must(200).json
    let pod = deployment[["spec", "template", "spec"]]
    #expect(pod?[["securityContext", "runAsNonRoot"]] == true)
    #expect(pod?[["securityContext", "seccompProfile", "type"]] == "RuntimeDefault")
    #expect(pod?["containers"]?[0]?[["securityContext", "readOnlyRootFilesystem"]] == true)
    for crd in ["qospolicies", "modeldeployments"] {
      try await sandbox.api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/\(crd).qos.maas.io").must(200)
    }
    let policies = sandbox.collection("qos.maas.io/v1", "qospolicies")
    try await eventually("the policies are served") { try await sandbox.api.get(policies).status == 200 }
    let policy: JSONValue = [
      "apiVersion": "qos.maas.io/v1", "kind": "QoSPolicy", "metadata": ["name": "kept"],
      "spec": ["tiers": [["name": "free", "weight": 10, "priority": 1]]],
    ]
    try await sandbox.api.post(policies, policy).must(201)

    try await helm(cluster, ["upgrade", release, chart, "--set", "replicaCount=3"] + common).checked()
    let path = "\(sandbox.collection("apps/v1", "deployments"))/\(name)"
    #expect(try await sandbox.api.get(path).json[["spec", "replicas"]]?.int == 3)
    #expect(try await helm(cluster, ["list", "-o", "json"] + common).checked().output.contains("\"revision\":\"2\""))
    try await helm(cluster, ["rollback", release, "1"] + common).checked()
    #expect(try await sandbox.api.get(path).json[["spec", "replicas"]]?.int == 1)

    try await helm(cluster, ["uninstall", release] + common).checked()
    try await sandbox.api.get(path).must(404)
    try await sandbox.api.get("\(policies)/kept").must(200)
  }

  @Test("A wrong value is refused by name before anything is installed", arguments: ControlPlaneUnderTest.all)
  func wrongValue(target: ControlPlaneUnderTest) async throws {
    let cluster = try await target.cluster()
    let refused = try await helm(cluster, ["install", "bad", "\(Places.repository)/charts/podium", "--set", "replicas=2"])
    #expect(refused.status != 0)
    #expect(refused.errors.contains("replicas"))
  }

  @Test("The operator's account may do what it needs and nothing more")
  func rights() async throws {
    guard RealControlPlane.isAvailable else { try Test.cancel("rights are enforced by a real kube-apiserver, and there is none") }
    let real = try await RealControlPlane.shared()
    let sandbox = try await Sandbox(Cluster(real: real))
    let release = "r\(sandbox.id)"
    // Without the CRDs: the other test of the chart installs those, at the same time.
    let options = ["--namespace", sandbox.namespace, "--set", "crds.install=false"]
    try await helm(sandbox.cluster, ["install", release, "\(Places.repository)/charts/podium"] + options).checked()
    let request: JSONValue = ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": [:]]
    let account = "\(sandbox.core("serviceaccounts"))/\(release)-podium/token"
    let token = try #require(try await sandbox.api.post(account, request).must(201).json[["status", "token"]]?.string)
    let operatorAPI = API(server: real.server, options: ["--cacert", real.authority, "-H", "Authorization: Bearer \(token)"])

    func may(_ verb: String, _ resource: String, _ group: String, _ namespace: String = "other", subresource: String = "") async throws
      -> Bool
    {
      let review: JSONValue = [
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": [
          "resourceAttributes": [
            "verb": .string(verb), "resource": .string(resource), "group": .string(group), "namespace": .string(namespace),
            "subresource": .string(subresource),
          ]
        ],
      ]
      let reply = try await operatorAPI.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review).must(201)
      return reply.json[["status", "allowed"]] == true
    }
    for verb in ["list", "watch"] {
      for (resource, group) in [
        ("qospolicies", "qos.maas.io"), ("modeldeployments", "qos.maas.io"), ("secrets", ""), ("nodes", ""),
        ("endpointslices", "discovery.k8s.io"), ("authpolicies", "kuadrant.io"),
      ] {
        #expect(try await may(verb, resource, group), "\(verb) \(resource)")
      }
    }
    for (resource, group) in [
      ("inferenceservices", "serving.kserve.io"), ("scaledobjects", "keda.sh"), ("podmonitors", "monitoring.coreos.com"),
    ] {
      for verb in ["create", "patch"] { #expect(try await may(verb, resource, group), "\(verb) \(resource)") }
    }
    // What a cluster without KServe or KEDA needs, and what is taken away again when a deployment wants another form.
    for (resource, group) in [
      ("inferenceservices", "serving.kserve.io"), ("deployments", "apps"), ("horizontalpodautoscalers", "autoscaling"), ("services", ""),
      ("configmaps", ""),
    ] {
      for verb in ["create", "patch", "delete"] { #expect(try await may(verb, resource, group), "\(verb) \(resource)") }
    }
    #expect(try await may("patch", "modeldeployments", "qos.maas.io", subresource: "status"))
    #expect(try await may("create", "events", "events.k8s.io"))
    #expect(try await may("update", "leases", "coordination.k8s.io", sandbox.namespace))

    #expect(try await !may("update", "leases", "coordination.k8s.io"), "a lease of another namespace")
    for (verb, resource, group) in [
      ("get", "secrets", ""), ("create", "secrets", ""), ("patch", "secrets", ""), ("delete", "podmonitors", "monitoring.coreos.com"),
      ("delete", "qospolicies", "qos.maas.io"), ("patch", "modeldeployments", "qos.maas.io"), ("get", "configmaps", ""),
      ("create", "pods", ""), ("patch", "nodes", ""), ("patch", "authpolicies", "kuadrant.io"), ("update", "deployments", "apps"),
      ("create", "daemonsets", "apps"), ("create", "serviceaccounts", ""), ("create", "clusterrolebindings", "rbac.authorization.k8s.io"),
    ] {
      #expect(try await !may(verb, resource, group), "\(verb) \(resource)")
    }
  }
}
