import Testing

@Suite("The architecture")
struct ArchitectureTests {
  let graph: DependencyGraph

  init() throws { graph = try DependencyGraph() }

  @Test("Cores depend on cores, and on nothing that touches the world")
  func coresDependOnCores() {
    let cores = Set(graph.names(.core))
    #expect(cores.count >= 11, "Package.swift was not understood: \(cores)")
    for core in cores {
      // libyaml parses bytes in memory: a pure function, though written in C.
      let foreign = graph.dependencies(of: core).subtracting(cores).subtracting(core == "YAML" ? ["CYAML"] : [])
      #expect(foreign.isEmpty, "\(core) is a core and depends on \(foreign.sorted())")
    }
  }

  /// The cores each core may use: the arrows of the architecture.
  static let arrows: [String: Set<String>] = [
    "JSON": [], "Drawing": [], "Planning": ["Drawing"], "Scheduling": [],
    "YAML": ["JSON"], "CEL": ["JSON"], "Kubernetes": ["JSON"],
    "APIMachinery": ["JSON", "CEL", "Kubernetes"],
    "QoSAPI": ["JSON", "Kubernetes"],
    "Manifests": ["JSON", "Kubernetes", "APIMachinery", "QoSAPI", "Planning", "Scheduling"],
    "PolicyFormat": ["JSON", "Scheduling"],
    "Fleet": ["Scheduling"],
    "Routing": ["JSON", "CEL", "Scheduling", "PolicyFormat"],
    "Simulation": ["JSON", "Scheduling", "Fleet", "PolicyFormat", "Planning", "Drawing"],
    "Forecasting": ["JSON", "Planning", "Scheduling", "Simulation"],
    "Intent": ["JSON", "Planning"],
    "Reconciliation": ["JSON", "Kubernetes", "QoSAPI", "Planning", "Scheduling", "Manifests"],
  ]

  @Test("The arrows between cores are the documented ones")
  func documentedArrows() {
    for core in graph.names(.core) {
      guard let allowed = Self.arrows[core] else {
        Issue.record("the core \(core) is not in the table of arrows: add it here and to Sources/README.md")
        continue
      }
      let others = graph.dependencies(of: core).subtracting(allowed).subtracting(["CYAML"])
      #expect(others.isEmpty, "\(core) depends on \(others.sorted())")
    }
  }

  @Test(
    "What must never meet does not meet",
    arguments: [
      ("Scheduling", ["Kubernetes", "JSON"]),
      ("DataPlane", ["Kubernetes", "ControllerRuntime", "CurlTransport", "QoSAPI", "Planning", "hummingbird"]),
      ("ControllerRuntime", ["DataPlane", "Scheduling", "QoSAPI", "CurlTransport", "nioCore"]),
      ("podium-proxy", ["Kubernetes", "ControllerRuntime", "CurlTransport", "ControlPlane", "Operator", "QoSAPI"]),
      ("Operator", ["CurlTransport", "DataPlane", "ControlPlane", "ModelServer"]),
      ("ControlPlane", ["QoSAPI", "ControllerRuntime", "Operator", "Reconciliation"]),
      ("ModelServer", ["Scheduling", "DataPlane", "Kubernetes"]),
      ("Console", ["Kubernetes", "ControllerRuntime", "ControlPlane", "Operator"]),
    ])
  func neverMeet(target: String, others: [String]) {
    #expect(graph.targets[target] != nil, "there is no target \(target)")
    let reached = graph.closure(of: target).intersection(others)
    #expect(reached.isEmpty, "\(target) reaches \(reached.sorted())")
  }

  @Test("Programs are not dependencies of sources, and tests are of nobody")
  func programsOnTop() {
    let top = Set(graph.names(.program) + graph.names(.tests))
    for target in graph.names(.core) + graph.names(.shell) + graph.names(.program) {
      #expect(graph.dependencies(of: target).isDisjoint(with: top), "\(target)")
    }
  }
}
