import Foundation
import JSON
import Manifests
import Planning
import QoSAPI
import TestKit
import Testing

@Suite("Manifests")
struct ManifestGoldenTests {
  static let cases = GoldenCase.all(in: "Tests/ManifestsTests/Cases")

  @Test("render to what the golden file says", arguments: cases)
  func golden(_ golden: GoldenCase) throws {
    let rendered = try ManifestCase(golden.input())
    let difference = try golden.difference(from: rendered.objects.map(\.json))
    #expect(difference == nil)
  }

  @Test(
    "are accepted by the real schemas of KServe, KEDA and prometheus-operator",
    .enabled(if: Places.shared != nil, "the real CRDs are not beside the repository"))
  func schemas() async throws {
    let shared = try #require(Places.shared)
    let result = try await Command.run("python3", ["\(shared)/tools/validate-manifests"] + Self.cases.map(\.outputPath))
    #expect(result.succeeded, "\(result.output)\(result.errors)")
  }

  @Test("belong to the deployment and carry its labels", arguments: cases)
  func ownership(_ golden: GoldenCase) throws {
    let rendered = try ManifestCase(golden.input())
    for object in rendered.objects {
      #expect(object.ownerReferences.first?.uid == rendered.intent.deployment.object.uid)
      #expect(object.ownerReferences.first?.controller == true)
      #expect(object.labels["app.kubernetes.io/managed-by"] == "podium")
      #expect(object.namespace == rendered.intent.deployment.object.namespace)
    }
  }

  @Test("a plan survives being written to a status and read back", arguments: cases)
  func roundTrip(_ golden: GoldenCase) throws {
    let plan = try ManifestCase(golden.input()).intent.plan
    let text = plan.statusJSON.text()
    #expect(CapacityPlan(statusJSON: try JSONValue(parsing: text)) == plan)
  }
}
