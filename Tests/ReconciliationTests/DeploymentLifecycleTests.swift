import JSON
import Kubernetes
import Planning
import QoSAPI
import Reconciliation
import Testing

@Suite("A ModelDeployment's life")
struct DeploymentLifecycleTests {
  static let key = ObjectKey(namespace: "tenant-a", name: "chat")

  static func observed(_ spec: JSONValue = ["useCase": "chatbot_conversational", "traffic": ["expectedQPS": 6]]) throws -> Observed {
    try ObservedFixture([
      [
        "apiVersion": "qos.maas.io/v1", "kind": "ModelDeployment",
        "metadata": ["name": "chat", "namespace": "tenant-a", "uid": "uid-chat", "generation": 1], "spec": spec,
      ], ["given": ["kind": "ModelDeployment", "name": "chat"]],
    ]).observed
  }

  static func applied(_ decision: Decision) -> [String] {
    decision.actions.compactMap { if case .apply(let type, _, _) = $0 { type.kind } else { nil } }
  }

  static func events(_ decision: Decision) -> [String] {
    decision.actions.compactMap { if case .event(let note) = $0 { note.reason } else { nil } }
  }

  /// Performs decisions until nothing is left to do.
  static func settle(_ observed: inout Observed) {
    for _ in 0..<5 { observed.snapshot.perform(ModelDeploymentReconciler.decide(key, observed)) }
  }

  static func edit(_ observed: inout Observed, _ type: ResourceType = .modelDeployment, _ change: (inout KubeObject) -> Void) {
    guard var object = observed.snapshot[type, key] else { return }
    change(&object)
    observed.snapshot.set(type, [object])
  }

  static func condition(_ observed: Observed, _ type: String) -> Condition? {
    observed.snapshot[.modelDeployment, key]?.conditions.first { $0.type == type }
  }

  static func serve(_ observed: inout Observed, figures: PoolFigures = PoolFigures(backends: 2)) {
    edit(&observed, .inferenceService) {
      $0["status"] = ["conditions": [["type": "PredictorReady", "status": "True"], ["type": "IngressReady", "status": "False"]]]
    }
    observed.programmed["tenant-a"] = ProgrammedPolicy(revision: "r", pools: ["chat": figures])
  }

  @Test("ends in Ready when the servers answer, and says so once")
  func ready() throws {
    var observed = try Self.observed()
    Self.settle(&observed)
    #expect(Self.condition(observed, "Ready")?.reason == "Starting")
    Self.serve(&observed)
    let decision = ModelDeploymentReconciler.decide(Self.key, observed)
    #expect(Self.events(decision) == ["Serving"])
    observed.snapshot.perform(decision)
    #expect(Self.condition(observed, "Ready")?.status == .yes)
    #expect(observed.snapshot[.modelDeployment, Self.key]?[["status", "replicas"]]?.int == 2)
    #expect(ModelDeploymentReconciler.decide(Self.key, observed).actions.isEmpty)
  }

  @Test("compares what callers got with the targets")
  func serviceLevel() throws {
    var observed = try Self.observed()
    Self.settle(&observed)
    #expect(Self.condition(observed, "SLOMet")?.status == .unknown)
    Self.serve(&observed, figures: PoolFigures(backends: 2, ttftP95: 45, e2eP95: 2400))
    Self.settle(&observed)
    #expect(Self.condition(observed, "SLOMet")?.status == .yes)
    Self.serve(&observed, figures: PoolFigures(backends: 2, ttftP95: 300, e2eP95: 2400))
    #expect(Self.events(ModelDeploymentReconciler.decide(Self.key, observed)) == ["SLOMissed"])
    Self.settle(&observed)
    #expect(Self.condition(observed, "SLOMet")?.message == "TTFT p95 300.0 ms (target 150.0, predicted 40.0).")
  }

  @Test("keeps its plan when benchmarks and prices change, and plans again when the spec does")
  func sticky() throws {
    var observed = try Self.observed()
    Self.settle(&observed)
    let before = observed.snapshot[.modelDeployment, Self.key]?[["status", "plan"]]
    observed.knowledge = observed.knowledge.with(prices: ["H100": 50])
    #expect(ModelDeploymentReconciler.decide(Self.key, observed).actions.isEmpty)
    Self.edit(&observed) {
      $0[["spec", "traffic", "expectedQPS"]] = 20
      $0[["metadata", "generation"]] = 2
    }
    let decision = ModelDeploymentReconciler.decide(Self.key, observed)
    #expect(Self.applied(decision) == ["InferenceService", "ScaledObject"])
    #expect(Self.events(decision) == ["Planned", "Applied"])
    Self.settle(&observed)
    let object = try #require(observed.snapshot[.modelDeployment, Self.key])
    #expect(object[["status", "plan"]] != before)
    #expect(object[["status", "revisions"]]?.array?.compactMap { $0["generation"]?.int } == [2, 1])
  }

  @Test("puts back what somebody changed, and leaves alone what others added")
  func drift() throws {
    var observed = try Self.observed()
    Self.settle(&observed)
    Self.edit(&observed, .inferenceService) { $0[["metadata", "annotations", "someone"]] = "else" }
    #expect(ModelDeploymentReconciler.decide(Self.key, observed).actions.isEmpty)
    Self.edit(&observed, .inferenceService) { $0[["spec", "predictor", "maxReplicas"]] = 50 }
    let decision = ModelDeploymentReconciler.decide(Self.key, observed)
    #expect(Self.applied(decision) == ["InferenceService"])
    #expect(Self.events(decision) == ["Applied"])
    observed.snapshot.perform(decision)
    observed.snapshot.set(.podMonitor, [])
    #expect(Self.applied(ModelDeploymentReconciler.decide(Self.key, observed)) == ["PodMonitor"])
  }

  @Test("keeps its servers when a new spec cannot be planned")
  func keepsRunning() throws {
    var observed = try Self.observed()
    Self.settle(&observed)
    Self.serve(&observed)
    Self.settle(&observed)
    Self.edit(&observed) {
      $0[["spec", "slo"]] = ["ttftP95": 1]
      $0[["metadata", "generation"]] = 2
    }
    let decision = ModelDeploymentReconciler.decide(Self.key, observed)
    #expect(Self.applied(decision).isEmpty)
    observed.snapshot.perform(decision)
    let ready = try #require(Self.condition(observed, "Ready"))
    #expect(ready.reason == "NoViablePlan" && ready.message.hasSuffix("The servers of the last plan keep running."))
    #expect(observed.snapshot[.modelDeployment, Self.key]?[["status", "plan", "replicas"]]?.int == 2)
  }

  @Test("takes its ScaledObject back when nothing can answer its query any more")
  func withoutPrometheus() throws {
    var observed = try Self.observed()
    Self.settle(&observed)
    observed.settings.manifests.prometheusAddress = nil
    let decision = ModelDeploymentReconciler.decide(Self.key, observed)
    #expect(decision.actions.contains(.delete(.scaledObject, Self.key, uid: nil)))
    Self.settle(&observed)
    #expect(Self.condition(observed, "Applied")?.reason == "PartiallyApplied")
    #expect(
      observed.snapshot[.inferenceService, Self.key]?.annotations["serving.kserve.io/autoscalerClass"] == "none")
  }

  @Test("tells a load that fails from one that takes long")
  func loading() throws {
    var observed = try Self.observed()
    Self.settle(&observed)
    func reason(_ condition: JSONValue, transition: String = "InProgress") -> String? {
      Self.edit(&observed, .inferenceService) {
        $0["status"] = ["conditions": [condition], "modelStatus": ["transitionStatus": .string(transition)]]
      }
      Self.settle(&observed)
      return Self.condition(observed, "Ready")?.reason
    }
    #expect(reason(["type": "PredictorReady", "status": "False", "reason": "ProgressDeadlineExceeded"]) == "Loading")
    #expect(reason(["type": "PredictorReady", "status": "False", "reason": "x"], transition: "BlockedByFailedLoad") == "LoadFailed")
    #expect(reason(["type": "PredictorReady", "status": "True"]) == "WaitingForServers")
  }

  @Test("is left alone while it is being deleted, and when it is gone")
  func deleted() throws {
    var observed = try Self.observed()
    Self.edit(&observed) { $0[["metadata", "deletionTimestamp"]] = "2026-11-21T10:00:00Z" }
    #expect(ModelDeploymentReconciler.decide(Self.key, observed) == .nothing)
    observed.snapshot.set(.modelDeployment, [])
    #expect(ModelDeploymentReconciler.decide(Self.key, observed) == .nothing)
  }
}
