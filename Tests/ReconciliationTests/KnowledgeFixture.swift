import Planning

/// A few rows that are easy to reckon with: a chatbot, one model on two kinds of GPU.
enum KnowledgeFixture {
  static let model = "meta-llama/Llama-3.1-8B-Instruct"

  static let knowledge = Knowledge(
    useCases: [
      UseCase(
        name: "chatbot_conversational", summary: "", profile: profile, serviceLevel: ServiceLevel(ttft: 150, itl: 25, e2e: 7000),
        experienceClass: "conversational", activeFraction: 0.2, requestsPerActiveUserPerMinute: 0.4, peakMultiplier: 2)
    ],
    accelerators: [
      Accelerator(name: "L4", nodeLabel: "NVIDIA-L4", memoryGB: 24, pricePerHourUSD: 1, source: "test"),
      Accelerator(
        name: "H100", aliases: ["NVIDIA-H100-80GB-HBM3"], nodeLabel: "NVIDIA-H100-80GB-HBM3", memoryGB: 80, pricePerHourUSD: 3,
        source: "test"),
    ],
    models: [
      ModelEntry(id: model, parametersBillions: 8, contextLength: 131_072, minimumMemoryGB: 20, recommendedFor: ["chatbot_conversational"])
    ],
    benchmarks: [row("L4", rate: 1, ttft: 140, itl: 24, e2e: 6500), row("H100", rate: 4, ttft: 40, itl: 10, e2e: 2500)],
    quality: .empty)

  private static let profile = TrafficProfile(promptTokens: 512, outputTokens: 256)

  private static func row(_ accelerator: String, rate: Double, ttft: Double, itl: Double, e2e: Double) -> Benchmark {
    Benchmark(
      kind: .simulated, model: model, accelerator: accelerator, gpus: 1, profile: profile, requestsPerSecond: rate,
      ttft: .init(p95: ttft), itl: .init(p95: itl), e2e: .init(p95: e2e), source: "test")
  }
}
