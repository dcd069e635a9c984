import TestKit
import Testing

@Suite("The tools of the tests")
struct TestKitTests {
  @Test("A command's output, errors and status are captured")
  func capture() async throws {
    let result = try await Command.run("sh", ["-c", "cat; echo oops >&2; echo $WORD; exit 3"], input: "in\n", environment: ["WORD": "out"])
    #expect(result.status == 3)
    #expect(result.output == "in\nout\n")
    #expect(result.errors == "oops\n")
    #expect(throws: TestKitError.self) { try result.checked() }
  }

  @Test("A command past its time is killed with what it started, and the error shows what it wrote")
  func timeout() async throws {
    await #expect(throws: TestKitError.self) {
      try await Command.run("sh", ["-c", "echo started; sleep 60 & wait"], timeout: .milliseconds(300))
    }
  }

  @Test("A child with open input sees its end when its parent lets go")
  func openInput() async throws {
    let directory = try TemporaryDirectory()
    let mark = "\(directory.path)/ended"
    var child: ChildProcess? = try ChildProcess("setsid", ["sh", "-c", "echo ready; cat; touch \(mark)"], input: .open)
    try await eventually("the grandchild runs") { child?.output == "ready\n" }
    child = nil
    try await eventually("the grandchild saw the end") { (try? Places.text(mark)) != nil }
  }

  @Test("Waiting in vain fails and names what was waited for")
  func eventuallyFails() async throws {
    let error = await #expect(throws: TestKitError.self) {
      try await eventually("pigs fly", within: .milliseconds(50)) { false }
    }
    #expect(error?.description.contains("pigs fly") == true)
  }

  @Test("The real API server answers kubectl", .enabled(if: RealControlPlane.isAvailable, "hack/kube-apiserver build has not run"))
  func realControlPlane() async throws {
    let cluster = try await RealControlPlane.shared()
    for kubectl in Tools.kubectls {
      let result = try await kubectl.run(["get", "namespaces", "-o", "name"], kubeconfig: cluster.kubeconfig).checked()
      #expect(result.output.contains("namespace/default"), "\(kubectl.label)")
    }
  }
}
