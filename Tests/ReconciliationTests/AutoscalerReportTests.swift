import JSON
import Kubernetes
import Reconciliation
import Testing

/// KEDA's conditions, as KEDA 2.20 writes them, in ours.
@Suite("The condition Autoscaled")
struct AutoscalerReportTests {
  typealias Life = DeploymentLifecycleTests

  static func condition(_ conditions: JSONValue?) throws -> Condition? {
    var observed = try Life.observed()
    Life.settle(&observed)
    Life.edit(&observed, .scaledObject) { if let conditions { $0["status"] = ["conditions": conditions] } }
    Life.settle(&observed)
    return Life.condition(observed, "Autoscaled")
  }

  @Test("is unknown until KEDA has reported")
  func pending() throws {
    #expect(try Self.condition(nil).map { [$0.status.rawValue, $0.reason] } == ["Unknown", "Pending"])
    #expect(try Self.condition([["type": "Ready", "status": "Unknown"]])?.reason == "Pending")
  }

  @Test(
    "passes on what KEDA says",
    arguments: [
      ("True", "True", "False", "Unknown", "True Autoscaled"), ("True", "False", "False", "Unknown", "True Autoscaled"),
      ("True", "True", "True", "Unknown", "False FallingBack"), ("False", "Unknown", "False", "Unknown", "False ScalerFailed"),
      ("True", "True", "False", "True", "False Paused"),
    ])
  func reported(ready: String, active: String, fallback: String, paused: String, expected: String) throws {
    let condition = try #require(
      try Self.condition([
        ["type": "Ready", "status": .string(ready), "message": "no such host prometheus"],
        ["type": "Active", "status": .string(active)],
        ["type": "Fallback", "status": .string(fallback), "message": "no such host prometheus"],
        ["type": "Paused", "status": .string(paused)],
      ]))
    #expect("\(condition.status.rawValue) \(condition.reason)" == expected)
    if ["FallingBack", "ScalerFailed"].contains(condition.reason) { #expect(condition.message.hasSuffix(": no such host prometheus")) }
    if active == "False" { #expect(condition.message.contains("no demand")) }
  }

  @Test("is not there without a ScaledObject, nor for one that belongs to somebody else")
  func foreign() throws {
    var observed = try Life.observed()
    Life.settle(&observed)
    Life.edit(&observed, .scaledObject) { $0[["metadata", "ownerReferences"]] = nil }
    Life.settle(&observed)
    #expect(Life.condition(observed, "Autoscaled") == nil)
  }
}
