import JSON
import KnowledgeBase
import Kubernetes
import Planning
import QoSAPI
import Reconciliation
import TestKit
import Testing
import YAML

@Suite("The examples")
struct ExamplePlanTests {
  @Test("a chat model is planned from the shipped data, within its budget, for the service level of its use case")
  func chat() throws {
    let object = KubeObject(try #require(try YAMLParser.documents(try Places.text("examples/chat-llama.yaml")).first))
    let request = PlanRequest(try ModelDeployment(object))
    let knowledge = try KnowledgeBase.load()
    let plan = try #require(try Planner.plan(request, knowledge: knowledge).plan)
    #expect(plan.model == object[["spec", "model"]]?.string)
    #expect(plan.cost.perMonthUSD <= 20_000)
    #expect(plan.predicted.meets(plan.target))
    #expect(PlanAudit.findings(plan, for: request, knowledge: knowledge).isEmpty)
  }

  @Test("an AuthPolicy and a Secret of keys are understood")
  func classification() throws {
    var documents = try YAMLParser.documents(
      try Places.text("examples/authpolicy.yaml") + "\n---\n" + Places.text("examples/api-keys.yaml"))
    for index in documents.indices { documents[index][["metadata", "namespace"]] = "tenant-a" }
    documents[0]["status"] = ["conditions": [["type": "Accepted", "status": "True"], ["type": "Enforced", "status": "True"]]]
    // The API server turns stringData into data.
    documents[1]["data"] = ["production": "YWJj"]
    let compiled = PolicyCompiler.compile(
      namespace: "tenant-a", snapshot: try ObservedFixture.snapshot(documents, absent: []), settings: OperatorSettings())
    #expect(
      compiled.traffic.classification.sources == [
        .trustedHeader(name: "x-customer-tier"), .apiKeys([ClassificationTests.abc: .init(tier: "enterprise", tenant: "acme")]),
      ])
  }
}
