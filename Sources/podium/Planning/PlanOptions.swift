import ArgumentParser
import JSON
import Planning

/// What is to be served, where no file says it or to say it differently.
struct WorkloadOptions: ParsableArguments {
  @Option(help: "One of the use cases, such as chatbot_conversational.") var useCase: String?
  @Option(help: "Hugging Face id; without it the planner chooses.") var model: String?
  @Option(help: "People who use the application.") var users: Double?
  @Option(help: "Requests per second in the steady state; wins over --users.") var qps: Double?
  @Option(name: .customLong("peak-qps"), help: "Requests per second at the peak.") var peakQPS: Double?
  @Option(help: "Tokens of a prompt.") var promptTokens: Int?
  @Option(help: "Tokens of an answer.") var outputTokens: Int?
  @Option(name: .customLong("ttft-p95"), help: "Time to first token at p95, ms.") var ttft: Double?
  @Option(name: .customLong("itl-p95"), help: "Inter-token latency at p95, ms.") var itl: Double?
  @Option(name: .customLong("e2e-p95"), help: "End-to-end latency at p95, ms.") var e2e: Double?

  /// As changes of a specification, in the order in which they are made: a rate wins over people.
  var changes: [OptionChange] {
    [
      OptionChange("--use-case", "useCase", useCase), OptionChange("--model", "model", model),
      OptionChange("--users", "traffic.concurrentUsers", users), OptionChange("--qps", "traffic.expectedQPS", qps),
      OptionChange("--peak-qps", "traffic.peakQPS", peakQPS), OptionChange("--prompt-tokens", "traffic.promptTokens", promptTokens),
      OptionChange("--output-tokens", "traffic.outputTokens", outputTokens), OptionChange("--ttft-p95", "slo.ttftP95", ttft),
      OptionChange("--itl-p95", "slo.itlP95", itl), OptionChange("--e2e-p95", "slo.e2eP95", e2e),
    ].compactMap { $0 }
  }
}

/// Within which limits, and how it is paid for.
struct ConstraintOptions: ParsableArguments {
  @Option(help: "balanced (the default), cost, latency, accuracy or fewestGPUs.") var objective: Objective?
  @Option(name: .customLong("max-monthly-usd"), help: "Budget for a month of 730 hours.") var maxMonthlyUSD: Double?
  @Option(name: .customLong("max-hourly-usd"), help: "Budget for an hour.") var maxHourlyUSD: Double?
  @Option(help: "strict: the cheapest, flexible: the middle of the order of cost, none: the fastest.") var budgetPolicy: Budget.Policy?
  @Option(name: .customLong("gpu"), help: "An accelerator that may be used; repeat for several.") var gpuTypes: [String] = []
  @Option(name: .customLong("max-gpus"), help: "GPUs of all replicas.") var maxGPUs: Int?
  @Option(help: "GPUs that one replica may span.") var maxTensorParallel: Int?
  @Option(help: "cloudRental (the default), ownedHardware or purchase; figures with --set pricing.….") var pricing: PricingModel.Mode?
  @Option(help: "Whose prices count: aws, gcp, azure, or cheapest of all. Without it, list prices.") var provider: String?
  @Flag(help: "Rent on the spot market: cheaper, and taken back at any time.") var spot = false
  @Option(
    name: .customLong("confidence"),
    help: ArgumentHelp(
      "The least that is good enough: benchmarked, interpolated or estimated. Without it, the best there is.", valueName: "least"))
  var minimumConfidence: CapacityPlan.Confidence?
  @Option(
    name: .customLong("exclude-model"),
    help: ArgumentHelp("A model not to be used, or a part of names such as qwen; repeat for several.", valueName: "model"))
  var excludedModels: [String] = []
  @Option(name: .customLong("min-context"), help: ArgumentHelp("What a model must read at a time at least.", valueName: "tokens"))
  var minimumContextTokens: Int?

  var changes: [OptionChange] {
    [
      OptionChange("--objective", "objective", objective?.rawValue),
      OptionChange("--max-monthly-usd", "budget.maxMonthlyUSD", maxMonthlyUSD),
      OptionChange("--max-hourly-usd", "budget.maxHourlyUSD", maxHourlyUSD),
      OptionChange("--budget-policy", "budget.policy", budgetPolicy?.rawValue),
      gpuTypes.isEmpty ? nil : OptionChange("--gpu", "hardware.gpuTypes", value: JSONValue(gpuTypes)),
      OptionChange("--max-gpus", "hardware.maxGPUs", maxGPUs),
      OptionChange("--max-tensor-parallel", "hardware.maxTensorParallel", maxTensorParallel),
      OptionChange("--pricing", "pricing.mode", pricing?.rawValue), OptionChange("--provider", "pricing.provider", provider),
      spot ? OptionChange("--spot", "pricing.market", "spot") : nil,
      excludedModels.isEmpty ? nil : OptionChange("--exclude-model", "planning.excludedModels", value: JSONValue(excludedModels)),
      OptionChange("--min-context", "planning.minimumContextTokens", minimumContextTokens),
      OptionChange("--confidence", "planning.minimumConfidence", minimumConfidence?.rawValue),
    ].compactMap { $0 }
  }
}

/// An option as a change of a specification.
struct OptionChange {
  let option: String
  let path: String
  let value: JSONValue

  init(_ option: String, _ path: String, value: JSONValue) { (self.option, self.path, self.value) = (option, path, value) }

  init?(_ option: String, _ path: String, _ text: String?) {
    guard let text else { return nil }
    self.init(option, path, value: .string(text))
  }

  init?(_ option: String, _ path: String, _ number: Int?) {
    guard let number else { return nil }
    self.init(option, path, value: JSONValue(number))
  }

  /// A whole number is written as one.
  init?(_ option: String, _ path: String, _ number: Double?) {
    guard let number else { return nil }
    // JSON has no word for what is no number: it is refused as it was written.
    let fraction: JSONValue = number.isFinite ? .double(number) : .string("\(number)")
    self.init(option, path, value: Int(exactly: number).map { JSONValue($0) } ?? fraction)
  }
}

extension Objective: ExpressibleByArgument {}
extension Budget.Policy: ExpressibleByArgument {}
extension PricingModel.Mode: ExpressibleByArgument {}
extension CapacityPlan.Confidence: ExpressibleByArgument {}
