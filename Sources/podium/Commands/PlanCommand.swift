import ArgumentParser
import Foundation
import JSON
import KnowledgeBase
import Planning
import YAML

/// The planner, offline: the same function that the operator calls.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Plan the GPUs for a workload, without a cluster.",
    discussion: """
      podium plan --use-case chatbot_conversational --users 1000
      podium plan --use-case code_completion --qps 20 --budget-policy strict --max-monthly-usd 20000 -o json

      Exit status: 0 with a plan, 1 when nothing known can do it, 64 when the request makes no sense.
      """)

  enum Output: String, ExpressibleByArgument, CaseIterable { case table, json, yaml }

  @OptionGroup var workload: WorkloadOptions
  @OptionGroup var constraints: ConstraintOptions
  @OptionGroup var database: DatabaseOptions
  @Option(help: ArgumentHelp("Benchmark rows to plan with instead of the shipped ones (CSV).", valueName: "file")) var benchmarks: String?
  @Option(help: ArgumentHelp("Prices in USD per GPU hour, a JSON object by accelerator.", valueName: "file")) var prices: String?
  @Option(name: .shortAndLong, help: "table, json or yaml.") var output = Output.table

  func run() throws {
    let knowledge = try loadKnowledge()
    let request = PlanRequest(
      workload: workload.workload, objective: constraints.objective, budget: constraints.budget, hardware: constraints.hardware,
      // Rows of one's own are the whole answer, unless one asks for more.
      minimumConfidence: constraints.confidence ?? (benchmarks == nil ? nil : .benchmarked))
    let result: PlanResult
    do {
      result = try Planner.plan(request, knowledge: knowledge)
    } catch {
      throw ValidationError("\(error)")
    }
    switch output {
    case .json: print(PlanReport.json(result).text(.indented))
    case .yaml: print(YAMLWriter.text(PlanReport.json(result)), terminator: "")
    case .table: print(PlanTable(result).text, terminator: "")
    }
    if case .noViablePlan = result { throw ExitCode(1) }
  }

  private func loadKnowledge() throws -> Knowledge {
    do {
      var knowledge = try database.source().current.knowledge
      if let benchmarks {
        let file = try BenchmarkFile(parsing: try Self.read(benchmarks), name: benchmarks)
        for warning in file.warnings.prefix(5) { Self.warn("\(benchmarks): \(warning)") }
        if file.warnings.count > 5 { Self.warn("\(benchmarks): and \(file.warnings.count - 5) more like these") }
        knowledge = knowledge.with(benchmarks: file.rows)
      }
      if let prices { knowledge = knowledge.with(prices: try PriceFile.parse(try Self.read(prices), name: prices)) }
      return knowledge
    } catch let error as ImportError {
      throw ValidationError("\(error)")
    }
  }

  private static func read(_ path: String) throws -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw ValidationError("cannot read \(path): \(error.localizedDescription)")
    }
  }

  private static func warn(_ text: String) { FileHandle.standardError.write(Data("warning: \(text)\n".utf8)) }
}

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

  var workload: Workload {
    Workload(
      model: model, useCase: useCase, expectedQPS: qps, concurrentUsers: users, peakQPS: peakQPS, promptTokens: promptTokens,
      outputTokens: outputTokens, serviceLevel: .init(ttft: ttft, itl: itl, e2e: e2e))
  }
}

struct ConstraintOptions: ParsableArguments {
  @Option(help: "balanced, cost, latency or accuracy.") var objective = Objective.balanced
  @Option(name: .customLong("max-monthly-usd"), help: "Budget for a month of 730 hours.") var maxMonthlyUSD: Double?
  @Option(name: .customLong("max-hourly-usd"), help: "Budget for an hour.") var maxHourlyUSD: Double?
  @Option(help: "strict, flexible or none.") var budgetPolicy: Budget.Policy?
  @Option(name: .customLong("gpu"), help: "An accelerator that may be used; repeat for several.") var gpuTypes: [String] = []
  @Option(name: .customLong("max-gpus"), help: "GPUs of all replicas.") var maxGPUs: Int?
  @Option(help: "GPUs that one replica may span.") var maxTensorParallel: Int?
  @Option(
    help: "benchmarked, interpolated or estimated: all of at least this compete; otherwise the most certain among which any is viable.")
  var confidence: CapacityPlan.Confidence?

  var budget: Budget { Budget(maxMonthlyUSD: maxMonthlyUSD, maxHourlyUSD: maxHourlyUSD, policy: budgetPolicy) }
  var hardware: HardwareConstraint {
    HardwareConstraint(gpuTypes: gpuTypes, maxGPUs: maxGPUs, maxTensorParallel: maxTensorParallel)
  }
}

extension Objective: ExpressibleByArgument {}
extension Budget.Policy: ExpressibleByArgument {}
extension CapacityPlan.Confidence: ExpressibleByArgument {}
