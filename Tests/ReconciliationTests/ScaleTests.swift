import JSON
import Kubernetes
import QoSAPI
import Reconciliation
import Scheduling
import Testing

@Suite("With 1,000 deployments in a namespace")
struct ScaleTests {
  static func observed(_ count: Int) throws -> Observed {
    var snapshot = try ObservedFixture.snapshot([], absent: [])
    var slices: [KubeObject] = []
    var deployments: [KubeObject] = []
    for index in 0..<count {
      var deployment = KubeObject(.modelDeployment, namespace: "tenant-a", name: "model-\(index)")
      deployment[["metadata", "uid"]] = "uid-\(index)"
      deployment["spec"] = ["useCase": "chatbot_conversational", "traffic": ["expectedQPS": 6]]
      deployments.append(deployment)
      var slice = KubeObject(.endpointSlice, namespace: "tenant-a", name: "slice-\(index)")
      slice[["metadata", "labels"]] = ["kubernetes.io/service-name": "model-\(index)-predictor"]
      slice["ports"] = [["port": 8080]]
      slice["endpoints"] = [["addresses": ["10.0.0.1"]]]
      slices.append(slice)
    }
    snapshot.set(.modelDeployment, deployments)
    snapshot.set(.endpointSlice, slices)
    return Observed(snapshot: snapshot, knowledge: KnowledgeFixture.knowledge, settings: OperatorSettings(), now: "2026-11-21T10:00:00Z")
  }

  @Test("compiling and deciding grow with the number of deployments, not with its square")
  func growth() throws {
    let observed = try Self.observed(1000)
    let clock = ContinuousClock()
    var compiled: CompiledPolicy?
    let compiling = clock.measure {
      compiled = PolicyCompiler.compile(namespace: "tenant-a", snapshot: observed.snapshot, settings: observed.settings)
    }
    #expect(compiled?.traffic.pools.count == 1000)
    #expect(compiled?.traffic.pools.allSatisfy { $0.backends.count == 1 } == true)
    let deciding = clock.measure {
      for index in 0..<1000 {
        let decision = ModelDeploymentReconciler.decide(ObjectKey(namespace: "tenant-a", name: "model-\(index)"), observed)
        #expect(decision.actions.count > 2)
      }
    }
    // Debug builds on loaded machines: generous, and still far below what anything quadratic takes.
    #expect(compiling < .seconds(5), "compiling took \(compiling)")
    #expect(deciding < .seconds(30), "deciding took \(deciding)")
  }
}
