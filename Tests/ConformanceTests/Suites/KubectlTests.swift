import JSON
import TestKit
import Testing

@Suite("kubectl, from the oldest version found to the newest", .serialized)
struct KubectlTests {
  static let kubectls = Tools.kubectls
  /// The oldest and the newest: what lies between them differs from one of the two.
  static let extremes = kubectls.count < 3 ? kubectls : [kubectls[0], kubectls[kubectls.count - 1]]

  @Test("There is a kubectl to test with")
  func found() { #expect(!Self.kubectls.isEmpty, "run hack/setup test") }

  @Test("apply, get, describe, patch, edit, scale, diff and delete", arguments: ControlPlaneUnderTest.all, kubectls)
  func journey(target: ControlPlaneUnderTest, kubectl: Kubectl) async throws {
    let sandbox = try await Sandbox(target)
    let widgets = try await Widgets(sandbox)
    let resource = "widgets.\(widgets.group)"
    var manifest = widgets.widget("one", ["size": 3]).text()
    #expect(try await sandbox.kubectl(kubectl, "apply", "-f", "-", input: manifest).checked().output.contains("/one created"))
    #expect(try await sandbox.kubectl(kubectl, "apply", "-f", "-", input: manifest).checked().output.contains("/one unchanged"))

    let table = try await sandbox.kubectl(kubectl, "get", resource).checked().output.split(separator: "\n").map(String.init)
    #expect(table.first?.split(separator: " ") == ["NAME", "SIZE", "COLOR", "AGE"])
    #expect(table.last?.split(separator: " ").prefix(3) == ["one", "3", "blue"])
    let wide = try await sandbox.kubectl(kubectl, "get", resource, "-o", "wide").checked().output
    #expect(wide.hasPrefix("NAME") && wide.contains("NOTE"))
    let path = "jsonpath={.items[0].spec.size}"
    #expect(try await sandbox.kubectl(kubectl, "get", "widgets.v1.\(widgets.group)", "-o", path).checked().output == "3")
    let description = try await sandbox.kubectl(kubectl, "describe", resource, "one").checked().output
    #expect(description.contains("Name:         one") && description.contains("Size:"))

    try await sandbox.kubectl(kubectl, "patch", resource, "one", "--type=merge", "-p", #"{"spec":{"note":"hi"}}"#).checked()
    try await sandbox.kubectl(
      kubectl, "patch", resource, "one", "--type=json", "-p", #"[{"op":"replace","path":"/spec/size","value":4}]"#
    ).checked()
    try await sandbox.kubectl(kubectl, "label", resource, "one", "tier=gold").checked()
    try await sandbox.kubectl(kubectl, "annotate", resource, "one", "why=because").checked()
    #expect(try await sandbox.kubectl(kubectl, "get", resource, "-l", "tier=gold", "-o", "name").checked().output.contains("/one"))
    try await sandbox.kubectl(kubectl, "scale", resource, "one", "--replicas=2").checked()
    let edited = try await sandbox.kubectl(
      kubectl, "edit", resource, "one", environment: ["KUBE_EDITOR": "sed -i s/color:.blue/color:\\ red/"]
    ).checked()
    #expect(edited.output.contains("edited"))
    let object = try await widgets.api.get("\(widgets.path)/one").json["spec"]
    #expect(object == ["size": 4, "color": "red", "replicas": 2, "note": "hi"])

    manifest = widgets.widget("one", ["size": 9]).text()
    let difference = try await sandbox.kubectl(kubectl, "diff", "-f", "-", input: manifest)
    #expect(difference.status == 1, "\(difference.errors)")
    #expect(difference.output.contains("+  size: 9"))
    #expect(try await sandbox.kubectl(kubectl, "apply", "-f", "-", input: manifest).checked().output.contains("configured"))
    #expect(try await sandbox.kubectl(kubectl, "diff", "-f", "-", input: manifest).status == 0)
    #expect(try await sandbox.kubectl(kubectl, "delete", resource, "one", "--timeout=60s").checked().output.contains("deleted"))
    #expect(try await sandbox.kubectl(kubectl, "get", resource, "one").errors.contains("(NotFound)"))
  }

  @Test("Server-side apply, its conflict, and force", arguments: ControlPlaneUnderTest.all, extremes)
  func serverSideApply(target: ControlPlaneUnderTest, kubectl: Kubectl) async throws {
    let sandbox = try await Sandbox(target)
    let widgets = try await Widgets(sandbox)
    let apply = ["apply", "--server-side", "-f", "-"]
    func run(_ size: Int, _ options: String...) async throws -> CommandResult {
      try await kubectl.run(
        ["--namespace", sandbox.namespace] + apply + options, kubeconfig: sandbox.cluster.kubeconfig,
        input: widgets.widget("one", ["size": JSONValue(size)]).text())
    }
    #expect(try await run(3).checked().output.contains("serverside-applied"))
    let conflict = try await run(4, "--field-manager=other")
    #expect(conflict.status != 0)
    #expect(conflict.errors.contains("conflict with \"kubectl\"") && conflict.errors.contains(".spec.size"), "\(conflict.errors)")
    try await run(4, "--field-manager=other", "--force-conflicts").checked()
    #expect(try await widgets.api.get("\(widgets.path)/one").json[["spec", "size"]]?.int == 4)
  }

  @Test("wait returns when a condition or a deletion comes", arguments: ControlPlaneUnderTest.all, extremes)
  func wait(target: ControlPlaneUnderTest, kubectl: Kubectl) async throws {
    let sandbox = try await Sandbox(target)
    let widgets = try await Widgets(sandbox)
    let definition = "crd/widgets.\(widgets.group)"
    try await sandbox.kubectl(kubectl, "wait", "--for=condition=Established", "--timeout=60s", definition).checked()
    try await widgets.create("one")
    let waiting = try ChildProcess(
      kubectl.path,
      ["--kubeconfig", sandbox.cluster.kubeconfig, "-n", sandbox.namespace, "wait", "--for=delete", "--timeout=60s"]
        + ["widgets.\(widgets.group)/one"])
    try await widgets.api.delete("\(widgets.path)/one").must(200)
    // The oldest kubectl takes an object that is gone before it looks for an error.
    let status = try await waiting.wait(within: .seconds(90))
    let gone = waiting.errors.contains("NotFound") || waiting.errors.contains("no matching resources found")
    #expect(status == 0 || gone, "\(waiting.errors)")
  }

  @Test("get --watch prints changes as they come", arguments: ControlPlaneUnderTest.all, extremes)
  func watch(target: ControlPlaneUnderTest, kubectl: Kubectl) async throws {
    let sandbox = try await Sandbox(target)
    let widgets = try await Widgets(sandbox)
    try await widgets.create("one")
    let watching = try ChildProcess(
      kubectl.path,
      ["--kubeconfig", sandbox.cluster.kubeconfig, "-n", sandbox.namespace, "get", "widgets.\(widgets.group)", "--watch"])
    try await eventually("the first row") { watching.output.contains("one") }
    try await widgets.create("two", ["size": 42])
    try await eventually("the second row: \(watching.errors)") { watching.output.contains { $0 == "\n" } && watching.output.contains("42") }
    watching.kill()
  }

  @Test("Built-in kinds: create, expose to describe, events, namespaces", arguments: ControlPlaneUnderTest.all, extremes)
  func builtIns(target: ControlPlaneUnderTest, kubectl: Kubectl) async throws {
    let sandbox = try await Sandbox(target)
    try await sandbox.kubectl(kubectl, "create", "configmap", "settings", "--from-literal=a=1").checked()
    try await sandbox.kubectl(kubectl, "create", "secret", "generic", "keys", "--from-literal=key=word").checked()
    try await sandbox.kubectl(kubectl, "create", "serviceaccount", "robot").checked()
    try await sandbox.kubectl(kubectl, "apply", "-f", "-", input: PatchTests.deployment("web").text()).checked()
    #expect(try await sandbox.kubectl(kubectl, "describe", "configmap", "settings").checked().output.contains("a:"))
    #expect(try await sandbox.kubectl(kubectl, "describe", "deployment", "web").checked().output.contains("one:1"))
    #expect(try await sandbox.kubectl(kubectl, "get", "deployments,configmaps,secrets").checked().output.contains("secret/keys"))
    let secret = try await sandbox.kubectl(kubectl, "get", "secret", "keys", "-o", "jsonpath={.data.key}").checked().output
    #expect(secret == "d29yZA==")
    try await sandbox.kubectl(kubectl, "get", "events").checked()
    try await sandbox.kubectl(kubectl, "delete", "deployment,configmap,secret", "--all", "--timeout=60s").checked()
    #expect(try await sandbox.kubectl(kubectl, "api-resources", "-o", "name").checked().output.contains("configmaps"))
    #expect(try await sandbox.kubectl(kubectl, "version").checked().output.contains("Server Version"))
  }

  @Test("A wrong field and a wrong value are named", arguments: ControlPlaneUnderTest.all, extremes)
  func wrongInput(target: ControlPlaneUnderTest, kubectl: Kubectl) async throws {
    let sandbox = try await Sandbox(target)
    let widgets = try await Widgets(sandbox)
    let wrongValue = try await sandbox.kubectl(kubectl, "apply", "-f", "-", input: widgets.widget("one", ["size": 1000]).text())
    #expect(wrongValue.status != 0 && wrongValue.errors.contains("spec.size"), "\(wrongValue.errors)")
    let noKind = try await sandbox.kubectl(
      kubectl, "apply", "-f", "-", input: #"{"apiVersion":"no.such/v1","kind":"Thing","metadata":{"name":"a"}}"#)
    #expect(noKind.status != 0 && noKind.errors.contains("no matches for kind \"Thing\""), "\(noKind.errors)")
  }

  @Test("explain knows the schema of a custom resource", arguments: ControlPlaneUnderTest.all, extremes)
  func explain(target: ControlPlaneUnderTest, kubectl: Kubectl) async throws {
    let widgets = try await Widgets(Sandbox(target))
    try await eventually("explain knows the field", within: .seconds(60), every: .milliseconds(500)) {
      let version = "--api-version=\(widgets.group)/v1"
      let result = try await widgets.sandbox.kubectl(kubectl, "explain", "widgets.spec.color", version)
      return result.succeeded && result.output.contains("<string>")
    }
  }
}
