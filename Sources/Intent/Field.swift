/// What a sentence may say about a deployment.
package enum Field: String, Sendable, Hashable, CaseIterable {
  case useCase, users, expectedQPS, peakQPS, promptTokens, outputTokens
  case ttftP95, itlP95, e2eP95
  case maxMonthlyUSD, maxHourlyUSD, budgetPolicy
  case priority, model, excludedModels, contextTokens, gpuTypes, excludedGPUTypes, maxGPUs, maxTensorParallel
  case pricingMode, provider, market, purchasePrice, powerPrice

  /// Where the value goes in a ModelDeployment's `spec`.
  package var path: String {
    switch self {
    case .useCase, .model: rawValue
    case .users: "traffic.concurrentUsers"
    case .expectedQPS, .peakQPS, .promptTokens, .outputTokens: "traffic.\(rawValue)"
    case .ttftP95, .itlP95, .e2eP95: "slo.\(rawValue)"
    case .maxMonthlyUSD, .maxHourlyUSD: "budget.\(rawValue)"
    case .budgetPolicy: "budget.policy"
    case .priority: "objective"
    case .gpuTypes, .excludedGPUTypes: "hardware.gpuTypes"
    case .maxGPUs, .maxTensorParallel: "hardware.\(rawValue)"
    case .excludedModels: "planning.excludedModels"
    case .contextTokens: "planning.minimumContextTokens"
    case .pricingMode: "pricing.mode"
    case .provider, .market: "pricing.\(rawValue)"
    case .purchasePrice: "pricing.purchasePricePerGPUUSD"
    case .powerPrice: "pricing.powerPriceUSDPerKWh"
    }
  }

  /// As a person reads it.
  package var title: String {
    switch self {
    case .useCase: "use case"
    case .users: "users"
    case .expectedQPS: "requests/s"
    case .peakQPS: "peak requests/s"
    case .promptTokens: "tokens of a prompt"
    case .outputTokens: "tokens of an answer"
    case .ttftP95: "TTFT p95"
    case .itlP95: "ITL p95"
    case .e2eP95: "E2E p95"
    case .maxMonthlyUSD: "budget a month"
    case .maxHourlyUSD: "budget an hour"
    case .budgetPolicy: "budget policy"
    case .priority: "priority"
    case .model: "model"
    case .excludedModels: "models excluded"
    case .contextTokens: "tokens a model must read"
    case .pricingMode: "how GPUs are paid for"
    case .provider: "provider"
    case .market: "market"
    case .purchasePrice: "price of a GPU"
    case .powerPrice: "price of a kWh"
    case .gpuTypes: "GPUs allowed"
    case .excludedGPUTypes: "GPUs excluded"
    case .maxGPUs: "GPUs at most"
    case .maxTensorParallel: "GPUs of a replica at most"
    }
  }

  package var unit: String? {
    switch self {
    case .ttftP95, .itlP95, .e2eP95: "ms"
    case .maxMonthlyUSD, .maxHourlyUSD, .purchasePrice, .powerPrice: "USD"
    default: nil
    }
  }

  /// Whole numbers only.
  package var isCount: Bool {
    switch self {
    case .users, .promptTokens, .outputTokens, .contextTokens, .maxGPUs, .maxTensorParallel: true
    default: false
    }
  }

  /// What a number may be; the planner refuses the rest. `nil` where the value is no number.
  package var range: ClosedRange<Double>? {
    switch self {
    case .users: 1...1_000_000_000
    case .expectedQPS, .peakQPS: 0.000_001...1_000_000
    case .promptTokens, .outputTokens, .contextTokens: 1...10_000_000
    case .purchasePrice: 0...100_000_000
    case .powerPrice: 0...1000
    case .ttftP95, .itlP95, .e2eP95: 0.001...86_400_000
    case .maxMonthlyUSD: 0.01...1_000_000_000_000
    case .maxHourlyUSD: 0.000_01...1_000_000_000
    case .maxGPUs: 1...1_000_000
    case .maxTensorParallel: 1...1024
    default: nil
    }
  }
}
