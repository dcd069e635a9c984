import JSON
import Kubernetes
import Reconciliation
import Scheduling
import Testing
import YAML

/// Which servers of a pool serve, when some or all of them fail their readiness probes at once.
@Suite("The members of a pool")
struct PoolMembershipTests {
  /// The last numbers of the addresses in service after each step; a step has a letter per server: `+` ready, `-` not ready,
  /// `x` terminating, `.` not listed.
  static func serving(_ steps: [String]) throws -> [String] {
    var previous: CompiledPolicy?
    return try steps.map { step in
      var slice = KubeObject(.endpointSlice, namespace: "tenant-a", name: "chat")
      slice[["metadata", "labels"]] = ["kubernetes.io/service-name": "chat-predictor"]
      slice["addressType"] = "IPv4"
      slice["ports"] = [["name": "http1", "port": 8080, "protocol": "TCP"]]
      slice["endpoints"] = .array(
        step.enumerated().filter { $0.element != "." }.map { index, letter in
          [
            "addresses": [.string("10.0.0.\(index + 1)")],
            "conditions": ["ready": .bool(letter == "+"), "terminating": .bool(letter == "x")],
          ]
        })
      var snapshot = try PolicyCompilerTests.snapshot(PolicyCompilerTests.deployment("chat"))
      snapshot.set(.endpointSlice, [slice])
      let compiled = PolicyCompiler.compile(namespace: "tenant-a", snapshot: snapshot, settings: OperatorSettings(), previous: previous)
      previous = compiled
      return compiled.traffic.pools[0].backends.map { String($0.host.dropFirst("10.0.0.".count)) }.joined()
    }
  }

  @Test("lose those who are no longer ready, but never more than half of them at once or one after the other")
  func bounded() throws {
    #expect(try Self.serving(["++++", "-+++", "--++", "---+", "----", "+---"]) == ["1234", "234", "34", "14", "12", "12"])
    #expect(try Self.serving(["+++", "---"]) == ["123", "12"])
    #expect(try Self.serving(["+", "-", "+"]) == ["1", "1", "1"])
  }

  @Test("are never those who were never ready, who end, or who are gone")
  func excluded() throws {
    #expect(try Self.serving(["----", "+---"]) == ["", "1"])
    #expect(try Self.serving(["++++", "xxx+", "xxxx"]) == ["1234", "4", ""])
    #expect(try Self.serving(["++++", "...-", "...."]) == ["1234", "4", ""])
    // One that was ready, went, and came again under the same address is new.
    #expect(try Self.serving(["++", "+.", "+-"]) == ["12", "1", "1"])
  }

  @Test("are said in the log when more than half would have left")
  func said() throws {
    var previous: CompiledPolicy?
    for ready in ["true", "false"] {
      previous = try PolicyCompilerTests.compile(
        PolicyCompilerTests.deployment("chat")
          + (1...2).map { PolicyCompilerTests.slice("s\($0)", service: "chat-predictor", address: "10.0.0.\($0)", ready: ready) }.joined(),
        previous: previous)
    }
    #expect(previous?.diagnostics == ["Pool chat: more than half of its 2 servers stopped being ready; 1 of those keep serving."])
  }
}
