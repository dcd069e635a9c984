import Intent
import JSON
import KnowledgeBase
import Planning
import TestKit
import Testing

@Suite("Drafts of a specification")
struct DraftTests {
  let knowledge: Knowledge

  init() throws { knowledge = try KnowledgeBase.shared.get() }

  private func draft(_ text: String) -> Draft {
    Draft(Extractor.understanding(of: text, knowledge: knowledge), knowledge: knowledge)
  }

  @Test("The sentence that the planner was wanted for")
  func example() throws {
    let draft = draft("I need a chatbot for 1000 users, low latency is critical")
    #expect(draft.request.workload.useCase == "chatbot_conversational")
    #expect(draft.request.workload.concurrentUsers == 1000)
    #expect(draft.request.objective == .latency)
    #expect(draft.assumptions.contains { $0.field == "traffic.expectedQPS" && $0.text.hasPrefix("1.333 requests/s") })
    #expect(draft.assumptions.contains { $0.field == "slo.ttftP95" && $0.text.contains("150 ms") })
    #expect(draft.questions.map(\.field) == [.maxMonthlyUSD])
    guard case .planned = try Planner.plan(draft.request, knowledge: knowledge) else {
      Issue.record("nothing can do it")
      return
    }
  }

  @Test("Whatever is said, a request comes out that the planner accepts or refuses with a reason", arguments: SentenceTests.cases)
  func plannable(_ golden: GoldenCase) throws {
    for text in try golden.input().compactMap({ $0["text"]?.string }) {
      let draft = draft(text)
      do throws(PlanProblem) {
        _ = try Planner.plan(draft.request, knowledge: knowledge)
      } catch .contradiction {
        // Said so by the person.
      } catch {
        Issue.record("\(text): \(error)")
      }
    }
  }

  @Test("Nothing said: everything is assumed, and everything is asked")
  func nothing() {
    let draft = draft("please help")
    #expect(draft.request.workload.useCase == "chatbot_conversational")
    #expect(draft.request.workload.concurrentUsers == 100)
    #expect(draft.questions.map(\.field) == [.useCase, .users, .priority, .maxMonthlyUSD])
    #expect(draft.assumptions.map(\.field).contains("useCase"))
  }

  @Test("What is not known is not asked again, and the default says why")
  func unknown() {
    let draft = draft("a chatbot, I don't know how many users")
    #expect(!draft.questions.map(\.field).contains(.users))
    #expect(draft.assumptions.contains { $0.field == "traffic.concurrentUsers" && $0.text.contains("not known") })
  }

  @Test("Excluded GPUs leave all others")
  func excluded() {
    let types = draft("chatbot for 10 users, not H100 or H200").request.hardware.gpuTypes
    #expect(!types.contains("H100") && !types.contains("H200") && types.contains("L4") && types.contains("A100-80"))
  }

  @Test("A peak alone gives the steady rate by the use case")
  func peak() {
    let request = draft("chatbot with a peak of 8 requests per second").request
    #expect(request.workload.expectedQPS == 4)
    #expect(request.workload.peakQPS == 8)
  }

  @Test("Without a limit the fastest is taken, unless something else matters")
  func noLimit() {
    #expect(draft("chatbot for 10 users, money is no object").request.budget.policy == Budget.Policy.none)
    let request = draft("chatbot for 10 users, money is no object, best quality").request
    #expect(request.budget.policy == nil)
    #expect(request.objective == .accuracy)
  }

  @Test("The manifest holds what was said and nothing else")
  func manifest() {
    let draft = draft("code completion for 300 developers, TTFT under 90 ms, at most 4 H100, under $20k a month, cheapest")
    let manifest = SpecificationWriter.manifest(of: draft.request)
    #expect(
      manifest == [
        "apiVersion": "qos.maas.io/v1", "kind": "ModelDeployment", "metadata": ["name": "code-completion"],
        "spec": [
          "useCase": "code_completion", "traffic": ["concurrentUsers": 300], "slo": ["ttftP95": 90], "objective": "cost",
          "budget": ["maxMonthlyUSD": 20000], "hardware": ["gpuTypes": ["H100"], "maxGPUs": 4],
        ],
      ])
  }

  @Test("How GPUs are paid for is in the specification, and the planner reckons with it")
  func pricing() throws {
    let owned = draft("chatbot for 1000 users, we own the GPUs, power is 0.12 USD per kWh")
    #expect(SpecificationWriter.spec(of: owned.request)["pricing"] == ["mode": "ownedHardware", "powerPriceUSDPerKWh": 0.12])
    #expect(try Planner.plan(owned.request, knowledge: knowledge).plan?.pricing?.mode == .ownedHardware)
    let bought = draft("chatbot for 1000 users, we would buy the GPUs at $30,000 per GPU, 0.15 USD per kWh")
    #expect(
      SpecificationWriter.spec(of: bought.request)["pricing"] == [
        "mode": "purchase", "powerPriceUSDPerKWh": 0.15, "purchasePricePerGPUUSD": 30000, "amortisationMonths": 36,
      ])
    #expect(try Planner.plan(bought.request, knowledge: knowledge).plan?.pricing?.ownership != nil)
    #expect(draft("chatbot on AWS for 1000 users").request.pricing == .cloudRental(CloudRental(provider: "aws")))
  }

  @Test("What pricing needs and nobody said is told, and a plan comes out all the same")
  func incompletePricing() {
    let bought = draft("chatbot for 1000 users, we would buy the GPUs")
    #expect(bought.request.pricing == .listPrices)
    #expect(bought.understanding.notes.contains { $0.contains("needs the price of one GPU") })
    let spot = draft("chatbot for 1000 users, spot is fine")
    #expect(spot.request.pricing == .listPrices)
    #expect(spot.understanding.notes.contains { $0.contains("no spot prices") && $0.contains("spotPricePerGPUHourUSD") })
    let owned = draft("chatbot for 10 users, we own the GPUs, spot is fine")
    #expect(owned.understanding.notes.contains { $0.contains("does not matter for GPUs that one owns") })
  }

  @Test("Excluded models and windows reach the planner")
  func models() throws {
    let draft = draft("chatbot for 100 users, no Llama, with a 100k context")
    #expect(SpecificationWriter.spec(of: draft.request)["planning"] == ["excludedModels": ["llama"], "minimumContextTokens": 100_000])
    let viable = try Planner.plan(draft.request, knowledge: knowledge).recommendation?.viable ?? []
    #expect(!viable.isEmpty)
    for plan in viable {
      #expect(!plan.model.lowercased().contains("llama"))
      #expect(try knowledge.model(named: plan.model).contextLength >= 100_000)
    }
  }

  @Test("The fewest GPUs are an objective of their own")
  func fewest() throws {
    let draft = draft("code completion for 4000 developers with as few GPUs as possible")
    #expect(draft.request.objective == .fewestGPUs && draft.request.hardware.maxGPUs == nil)
    let recommendation = try #require(try Planner.plan(draft.request, knowledge: knowledge).recommendation)
    #expect(recommendation.plan.gpuCount == recommendation.viable.map(\.gpuCount).min())
  }
}
