import JSON
import Kubernetes
import QoSAPI
import Testing

@Suite("Exposure and rollout of a ModelDeployment")
struct ExposureReadingTests {
  static func read(_ more: JSONValue) throws -> ModelDeployment {
    var spec: JSONValue = ["useCase": "translation", "traffic": ["expectedQPS": 1]]
    for member in more.object ?? [:] { spec[member.key] = member.value }
    return try ModelDeployment(KubeObject(["metadata": ["name": "a"], "spec": spec]))
  }

  @Test("are read with their defaults")
  func defaults() throws {
    let plain = try Self.read([:])
    #expect(plain.exposure.kind == .none && plain.networkAccess == nil && plain.availability.maxUnavailable == nil)
    #expect(plain.rollout.canary == nil && plain.rollout.rollbackTo == nil)
    let canary = try #require(
      try Self.read(["rollout": ["canary": ["revision": "1-a", "trafficPercent": 50, "steps": [5, 25, 60]]]]).rollout.canary)
    #expect(canary.target == .revision("1-a") && canary.steps == [5, 25, 50] && canary.promotion == .manual && canary.stepSeconds == 300)
    #expect(try Self.read(["rollout": ["canary": ["model": "m", "trafficPercent": 0]]]).rollout.canary?.steps == [])
    #expect(try Self.read(["networkPolicy": [:]]).networkAccess?.allowedNamespaces == [])
  }

  static let wrong: [(more: JSONValue, message: String)] = [
    (["exposure": ["type": "Ingress"]], "spec.exposure.host: is missing"),
    (["exposure": ["type": "HTTPRoute", "host": "a.b"]], "spec.exposure.gateway: is missing"),
    (["exposure": ["type": "NodePort", "path": "v1"]], "start it with /"),
    (["availability": ["maxUnavailable": 0]], "spec.availability.maxUnavailable: 0 is not possible"),
    (["rollout": ["canary": ["model": "m", "trafficPercent": 50, "steps": [25, 5]]]], "spec.rollout.canary.steps: are not possible"),
    (["rollout": ["canary": ["trafficPercent": 50]]], "exactly one of model"),
    (["rollout": ["canary": ["model": "m"]]], "spec.rollout.canary.trafficPercent: is missing"),
  ]

  @Test("mistakes are told with what to write", arguments: wrong)
  func mistakes(_ more: JSONValue, _ message: String) throws {
    let error = #expect(throws: FieldProblems.self) { try Self.read(more) }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }
}
