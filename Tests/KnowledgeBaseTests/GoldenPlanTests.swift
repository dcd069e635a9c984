import KnowledgeBase
import Planning
import Testing

/// Plans over the shipped data against figures computed by `hack/reference-plans`: a second implementation of the definitions, in
/// another language, with exact fractions. Each row: use case, requests/s, viable configurations, then what the budget policies
/// strict, flexible and none choose, and the balanced objective; as model, GPUs × type, replicas, USD a month.
@Suite struct GoldenPlanTests {
  static let golden: [(useCase: String, qps: Double, viable: Int, strict: String, flexible: String, fastest: String, balanced: String)] = [
    (
      "chatbot_conversational", 1.0, 61, "openai/gpt-oss-120b 1xH100 r1 3285.00",
      "mistralai/mistral-small-3.1-24b-instruct-2503 2xH100 r1 6570.00", "meta-llama/llama-3.1-8b-instruct 4xH100 r1 13140.00",
      "openai/gpt-oss-120b 1xH100 r1 3285.00"
    ),
    (
      "chatbot_conversational", 10.0, 61, "qwen/qwen2.5-7b-instruct 2xA100-80 r1 5110.00",
      "redhatai/smollm3-3b-fp8-dynamic 4xH100 r2 26280.00", "meta-llama/llama-3.1-8b-instruct 4xH100 r1 13140.00",
      "openai/gpt-oss-120b 1xH100 r2 6570.00"
    ),
    (
      "chatbot_conversational", 12.3, 61, "qwen/qwen2.5-7b-instruct 2xA100-80 r1 5110.00",
      "mistralai/mistral-small-24b-instruct-2501 4xH100 r2 26280.00", "meta-llama/llama-3.1-8b-instruct 4xH100 r1 13140.00",
      "openai/gpt-oss-120b 1xH100 r2 6570.00"
    ),
    (
      "code_completion", 1.0, 50, "openai/gpt-oss-120b 1xH100 r1 3285.00",
      "mistralai/mistral-small-3.1-24b-instruct-2503 2xH100 r1 6570.00", "meta-llama/llama-3.1-8b-instruct 4xH100 r1 13140.00",
      "openai/gpt-oss-120b 1xH100 r1 3285.00"
    ),
    (
      "code_completion", 10.0, 50, "qwen/qwen2.5-7b-instruct 2xA100-80 r1 5110.00",
      "redhatai/qwen2.5-7b-instruct-quantized.w8a8 4xH100 r2 26280.00", "meta-llama/llama-3.1-8b-instruct 4xH100 r1 13140.00",
      "openai/gpt-oss-120b 1xH100 r2 6570.00"
    ),
    (
      "code_completion", 12.3, 50, "qwen/qwen2.5-7b-instruct 2xA100-80 r1 5110.00",
      "ibm-granite/granite-3.1-8b-instruct 1xH100 r8 26280.00", "meta-llama/llama-3.1-8b-instruct 4xH100 r1 13140.00",
      "openai/gpt-oss-120b 1xH100 r2 6570.00"
    ),
    (
      "code_generation_detailed", 1.0, 9, "openai/gpt-oss-120b 1xH100 r1 3285.00", "redhatai/smollm3-3b-fp8-dynamic 4xH100 r1 13140.00",
      "openai/gpt-oss-120b 8xH100 r2 52560.00", "openai/gpt-oss-120b 1xH100 r1 3285.00"
    ),
    (
      "code_generation_detailed", 10.0, 9, "openai/gpt-oss-120b 1xH100 r4 13140.00", "redhatai/smollm3-3b-fp8-dynamic 4xH100 r4 52560.00",
      "openai/gpt-oss-120b 8xH100 r12 315360.00", "openai/gpt-oss-120b 1xH100 r4 13140.00"
    ),
    (
      "code_generation_detailed", 12.3, 9, "openai/gpt-oss-120b 1xH100 r5 16425.00", "redhatai/smollm3-3b-fp8-dynamic 4xH100 r5 65700.00",
      "openai/gpt-oss-120b 8xH100 r15 394200.00", "openai/gpt-oss-120b 1xH100 r5 16425.00"
    ),
    (
      "translation", 1.0, 10, "openai/gpt-oss-120b 1xH100 r1 3285.00", "redhatai/smollm3-3b-fp8-dynamic 4xH100 r1 13140.00",
      "openai/gpt-oss-120b 8xH100 r2 52560.00", "openai/gpt-oss-120b 1xH100 r1 3285.00"
    ),
    (
      "translation", 10.0, 10, "openai/gpt-oss-120b 1xH100 r4 13140.00", "redhatai/smollm3-3b-fp8-dynamic 4xH100 r4 52560.00",
      "openai/gpt-oss-120b 8xH100 r12 315360.00", "openai/gpt-oss-120b 1xH100 r4 13140.00"
    ),
    (
      "translation", 12.3, 10, "openai/gpt-oss-120b 1xH100 r5 16425.00", "redhatai/smollm3-3b-fp8-dynamic 4xH100 r5 65700.00",
      "openai/gpt-oss-120b 8xH100 r15 394200.00", "openai/gpt-oss-120b 1xH100 r5 16425.00"
    ),
    (
      "content_generation", 1.0, 10, "openai/gpt-oss-120b 1xH100 r1 3285.00", "redhatai/smollm3-3b-fp8-dynamic 4xH100 r1 13140.00",
      "openai/gpt-oss-120b 8xH100 r2 52560.00", "openai/gpt-oss-120b 1xH100 r1 3285.00"
    ),
    (
      "content_generation", 10.0, 10, "openai/gpt-oss-120b 1xH100 r4 13140.00", "redhatai/smollm3-3b-fp8-dynamic 4xH100 r4 52560.00",
      "openai/gpt-oss-120b 8xH100 r12 315360.00", "openai/gpt-oss-120b 1xH100 r4 13140.00"
    ),
    (
      "content_generation", 12.3, 10, "openai/gpt-oss-120b 1xH100 r5 16425.00", "redhatai/smollm3-3b-fp8-dynamic 4xH100 r5 65700.00",
      "openai/gpt-oss-120b 8xH100 r15 394200.00", "openai/gpt-oss-120b 1xH100 r5 16425.00"
    ),
    (
      "summarization_short", 1.0, 58, "redhatai/qwen2.5-7b-instruct-fp8-dynamic 1xH100 r1 3285.00", "openai/gpt-oss-20b 4xH100 r1 13140.00",
      "redhatai/qwen2.5-7b-instruct-fp8-dynamic 4xH100 r1 13140.00", "openai/gpt-oss-120b 2xH100 r1 6570.00"
    ),
    (
      "summarization_short", 10.0, 58, "meta-llama/llama-3.1-8b-instruct 4xH100 r1 13140.00",
      "redhatai/mistral-small-3.1-24b-instruct-2503-quantized.w4a16 2xH100 r6 39420.00",
      "redhatai/qwen2.5-7b-instruct-fp8-dynamic 4xH100 r3 39420.00", "openai/gpt-oss-120b 2xH100 r4 26280.00"
    ),
    (
      "summarization_short", 12.3, 58, "meta-llama/llama-3.1-8b-instruct 4xH100 r1 13140.00",
      "redhatai/phi-4-fp8-dynamic 2xH100 r8 52560.00", "redhatai/qwen2.5-7b-instruct-fp8-dynamic 4xH100 r3 39420.00",
      "openai/gpt-oss-120b 2xH100 r5 32850.00"
    ),
    (
      "document_analysis_rag", 1.0, 58, "redhatai/qwen2.5-7b-instruct-fp8-dynamic 1xH100 r1 3285.00",
      "openai/gpt-oss-20b 4xH100 r1 13140.00", "redhatai/qwen2.5-7b-instruct-fp8-dynamic 4xH100 r1 13140.00",
      "openai/gpt-oss-120b 2xH100 r1 6570.00"
    ),
    (
      "document_analysis_rag", 10.0, 58, "meta-llama/llama-3.1-8b-instruct 4xH100 r1 13140.00",
      "redhatai/mistral-small-3.1-24b-instruct-2503-quantized.w4a16 2xH100 r6 39420.00",
      "redhatai/qwen2.5-7b-instruct-fp8-dynamic 4xH100 r3 39420.00", "openai/gpt-oss-120b 2xH100 r4 26280.00"
    ),
    (
      "document_analysis_rag", 12.3, 58, "meta-llama/llama-3.1-8b-instruct 4xH100 r1 13140.00",
      "redhatai/phi-4-fp8-dynamic 2xH100 r8 52560.00", "redhatai/qwen2.5-7b-instruct-fp8-dynamic 4xH100 r3 39420.00",
      "openai/gpt-oss-120b 2xH100 r5 32850.00"
    ),
    (
      "long_document_summarization", 1.0, 3, "redhatai/smollm3-3b-fp8-dynamic 2xH100 r1 6570.00", "openai/gpt-oss-20b 2xH100 r2 13140.00",
      "openai/gpt-oss-20b 2xH100 r2 13140.00", "openai/gpt-oss-20b 2xH100 r2 13140.00"
    ),
    (
      "long_document_summarization", 10.0, 3, "redhatai/smollm3-3b-fp8-dynamic 2xH100 r6 39420.00",
      "openai/gpt-oss-20b 2xH100 r12 78840.00", "openai/gpt-oss-20b 2xH100 r12 78840.00", "openai/gpt-oss-20b 2xH100 r12 78840.00"
    ),
    (
      "long_document_summarization", 12.3, 3, "redhatai/smollm3-3b-fp8-dynamic 2xH100 r8 52560.00",
      "openai/gpt-oss-20b 2xH100 r15 98550.00", "openai/gpt-oss-20b 2xH100 r15 98550.00", "openai/gpt-oss-20b 2xH100 r15 98550.00"
    ),
    (
      "research_legal_analysis", 1.0, 3, "redhatai/smollm3-3b-fp8-dynamic 2xH100 r1 6570.00", "openai/gpt-oss-20b 2xH100 r2 13140.00",
      "openai/gpt-oss-20b 2xH100 r2 13140.00", "openai/gpt-oss-20b 2xH100 r2 13140.00"
    ),
    (
      "research_legal_analysis", 10.0, 3, "redhatai/smollm3-3b-fp8-dynamic 2xH100 r6 39420.00", "openai/gpt-oss-20b 2xH100 r12 78840.00",
      "openai/gpt-oss-20b 2xH100 r12 78840.00", "openai/gpt-oss-20b 2xH100 r12 78840.00"
    ),
    (
      "research_legal_analysis", 12.3, 3, "redhatai/smollm3-3b-fp8-dynamic 2xH100 r8 52560.00", "openai/gpt-oss-20b 2xH100 r15 98550.00",
      "openai/gpt-oss-20b 2xH100 r15 98550.00", "openai/gpt-oss-20b 2xH100 r15 98550.00"
    ),
  ]

  @Test(arguments: golden.indices) func `A plan is what the reference computes`(place: Int) throws {
    let row = Self.golden[place]
    let knowledge = try KnowledgeBase.shared.get()
    func choice(_ policy: Budget.Policy?) throws -> (String, Int) {
      let request = PlanRequest(workload: Workload(useCase: row.useCase, expectedQPS: row.qps), budget: Budget(policy: policy))
      let result = try Planner.plan(request, knowledge: knowledge)
      guard case .planned(let recommendation) = result else { return ("none", 0) }
      let plan = recommendation.plan
      #expect(PlanAudit.findings(plan, for: request, knowledge: knowledge) == [])
      let text = "\(plan.model) \(plan.gpusPerReplica)x\(plan.accelerator) r\(plan.replicas) \(cents(plan.cost.perMonthUSD))"
      return (text, recommendation.viable.count)
    }
    let strict = try choice(.strict)
    #expect(strict.1 == row.viable)
    #expect(strict.0 == row.strict)
    #expect(try choice(.flexible).0 == row.flexible)
    #expect(try choice(.some(.none)).0 == row.fastest)
    #expect(try choice(nil).0 == row.balanced)
  }

  private func cents(_ value: Double) -> String {
    let cents = Int((value * 100).rounded())
    return "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }
}
