import JSON
import TestKit
import Testing

@Suite("Discovery")
struct DiscoveryTests {
  @Test("Version, health and the lists of groups are served", arguments: ControlPlaneUnderTest.all)
  func roots(target: ControlPlaneUnderTest) async throws {
    let api = try await target.cluster().api
    let version = try await api.get("/version").must(200).json
    #expect(version["gitVersion"]?.string?.hasPrefix("v1.") == true)
    for path in ["/readyz", "/healthz", "/livez"] { #expect(try await api.get(path).must(200).text == "ok") }
    #expect(try await api.get("/api").must(200).json["versions"] == ["v1"])
    let groups = try await api.get("/apis").must(200).json["groups"]?.array?.compactMap { $0["name"]?.string } ?? []
    #expect(
      Set(groups).isSuperset(of: ["apps", "apiextensions.k8s.io", "coordination.k8s.io", "events.k8s.io", "rbac.authorization.k8s.io"]))
    let core = try await api.get("/api/v1").must(200).json
    #expect(core["kind"] == "APIResourceList")
    let names = Set((core["resources"]?.array ?? []).compactMap { $0["name"]?.string })
    #expect(names.isSuperset(of: ["namespaces", "configmaps", "secrets", "services", "events", "serviceaccounts"]))
  }

  @Test("A path that does not exist is a 404", arguments: ControlPlaneUnderTest.all)
  func unknown(target: ControlPlaneUnderTest) async throws {
    let api = try await target.cluster().api
    try await api.get("/no/such/path").must(404)
    try await api.get("/api/v1/nothings").must(404)
    try await api.get("/apis/apps/v99/deployments").must(404)
  }

  @Test("OpenAPI v2 describes a custom resource", arguments: ControlPlaneUnderTest.all)
  func openAPIv2(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    try await eventually("the document has the widget", within: .seconds(60), every: .milliseconds(500)) {
      let document = try await widgets.api.get("/openapi/v2").must(200).json
      guard document["swagger"] == "2.0" else { return false }
      let kinds = (document["definitions"]?.object?.members ?? []).flatMap { definition in
        definition.value["x-kubernetes-group-version-kind"]?.array ?? []
      }
      return kinds.contains { $0["group"]?.string == widgets.group && $0["kind"]?.string == "Widget" }
    }
  }

  @Test("OpenAPI v3 describes a custom resource", arguments: ControlPlaneUnderTest.all)
  func openAPIv3(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    try await sandbox.cluster.require(.openAPIv3)
    let widgets = try await Widgets(sandbox)
    let url = try await eventually("the index has the group") {
      try await widgets.api.get("/openapi/v3").must(200).json[["paths", "apis/\(widgets.group)/v1", "serverRelativeURL"]]?.string
    }
    let document = try await widgets.api.get(url).must(200).json
    #expect(document["openapi"]?.string?.hasPrefix("3.") == true)
    #expect(document[["components", "schemas"]]?.object?.isEmpty == false)
  }

  @Test("Aggregated discovery answers in one document", arguments: ControlPlaneUnderTest.all)
  func aggregated(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    try await sandbox.cluster.require(.aggregatedDiscovery)
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
    let document = try await sandbox.api.get("/apis", accept: accept).must(200).json
    #expect(document["kind"] == "APIGroupDiscoveryList")
    let names = (document["items"]?.array ?? []).compactMap { $0[["metadata", "name"]]?.string }
    #expect(names.contains("apps"))
  }

  @Test("Who may not is told what, and whoever is not known is turned away", arguments: ControlPlaneUnderTest.all)
  func authorization(target: ControlPlaneUnderTest) async throws {
    let cluster = try await target.cluster()
    try await cluster.require(.authorization)
    let real = try await RealControlPlane.shared()
    let limited = API(server: real.server, options: ["--cacert", real.authority, "-H", "Authorization: Bearer limited-token"])
    let forbidden = try await limited.get("/api/v1/namespaces/default/secrets").must(403)
    #expect(forbidden.message.contains("User \"limited\" cannot list resource \"secrets\""))
    let unknown = API(server: real.server, options: ["--cacert", real.authority, "-H", "Authorization: Bearer wrong"])
    try await unknown.get("/api/v1/namespaces/default/secrets").must(401)
  }
}
