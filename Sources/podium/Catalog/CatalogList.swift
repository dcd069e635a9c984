import Foundation
import JSON
import KnowledgeBase
import Planning

/// Facts as a table or as documents.
struct CatalogList {
  struct Filter {
    let model: String?
    let accelerator: String?
    let kind: Benchmark.Kind?

    init(_ model: String?, _ accelerator: String?, _ kind: Benchmark.Kind?) {
      (self.model, self.accelerator, self.kind) = (model?.lowercased(), accelerator, kind)
    }
  }

  let catalog: Catalog
  let knowledge: Knowledge
  let patterns: [WorkloadPattern]
  let filter: Filter

  private var benchmarks: [Benchmark] {
    let accelerator = filter.accelerator.map { (try? knowledge.accelerator(named: $0).name) ?? $0 }
    return knowledge.benchmarks.filter { row in
      (filter.kind == nil || row.kind == filter.kind) && isWanted(model: row.model)
        && (accelerator == nil || row.accelerator == accelerator
          || (try? knowledge.accelerator(named: row.accelerator).name) == accelerator)
    }
  }

  private func isWanted(model: String) -> Bool { filter.model.map { model.lowercased().contains($0) } ?? true }

  func json(_ subject: CatalogListCommand.Subject?) -> JSONValue {
    switch subject {
    case .models: documents(.model).filtered { isWanted(model: $0["id"]?.string ?? "") }
    case .accelerators: documents(.accelerator)
    case .useCases: documents(.useCase)
    case .patterns: documents(.pattern)
    case .quality: .array(quality.map { ["model": .string($0.model), "useCase": .string($0.useCase), "score": .double($0.score)] })
    case .benchmarks:
      .array(
        benchmarks.map { row in
          var value = row.json
          if row.isCapacityLowerBound { value["capacityIsLowerBound"] = true }
          return value
        })
    case nil: .object(JSONObject(counts.map { ($0.0, JSONValue($0.1)) }))
    }
  }

  func table(_ subject: CatalogListCommand.Subject?) -> String {
    switch subject {
    case .models:
      let rows = knowledge.models.filter { isWanted(model: $0.id) }.map { model in
        [
          model.id, model.parametersBillions > 0 ? "\(text(model.parametersBillions))B" : "?", count(model.contextLength),
          count(model.minimumMemoryGB), "\(knowledge.benchmarks.count { $0.model == model.id })",
          model.recommendedFor.joined(separator: ","),
        ]
      }
      return PlanTable.align([["MODEL", "SIZE", "CONTEXT", "MEMORY GB", "ROWS", "GOOD FOR"]] + rows)
    case .accelerators:
      let rows = knowledge.accelerators.map { accelerator in
        [
          accelerator.name, count(accelerator.memoryGB), accelerator.pricePerHourUSD.map { text($0) } ?? "unknown",
          accelerator.pricedOn ?? "", accelerator.nodeLabel, accelerator.source,
        ]
      }
      return PlanTable.align([["ACCELERATOR", "MEMORY GB", "USD/HOUR", "PRICE OF", "NODE LABEL", "SOURCE"]] + rows)
    case .useCases:
      let rows = knowledge.useCases.map { useCase in
        let level = useCase.serviceLevel
        return [
          useCase.name, "\(useCase.profile)", useCase.experienceClass, text(level.ttft), text(level.itl), text(level.e2e), useCase.summary,
        ]
      }
      return PlanTable.align([["USE CASE", "TOKENS", "EXPERIENCE", "TTFT p95", "ITL p95", "E2E p95", "WHAT"]] + rows)
    case .patterns:
      let rows = patterns.map { [$0.name, text($0.peakToMean), text($0.arrivalVariation), $0.summary, $0.source] }
      return PlanTable.align([["PATTERN", "PEAK/MEAN", "VARIATION", "WHAT", "SOURCE"]] + rows)
    case .quality:
      return PlanTable.align([["MODEL", "USE CASE", "SCORE"]] + quality.map { [$0.model, $0.useCase, text($0.score)] })
    case .benchmarks: return benchmarkTable
    case nil: return PlanTable.align(counts.map { [$0.0, "\($0.1)"] })
    }
  }

  private var benchmarkTable: String {
    let rows = benchmarks.map { row in
      [
        row.model, "\(row.gpus) × \(row.accelerator)", "\(row.profile)", row.concurrency.map { "\($0)" } ?? "",
        row.requestsPerSecond.map { (row.isCapacityLowerBound ? "≥ " : "") + text($0) } ?? "", figure(row.ttft), figure(row.itl),
        figure(row.e2e),
        row.kind.rawValue, row.date ?? "", row.engineVersion ?? "",
      ]
    }
    let header = ["MODEL", "GPUS", "TOKENS", "CONCURRENCY", "REQUESTS/S", "TTFT ms", "ITL ms", "E2E ms", "KIND", "DAY", "VLLM"]
    return PlanTable.align([header] + rows)
  }

  /// The p95 where there is one, else the mean, marked as such.
  private func figure(_ latency: Benchmark.Latency) -> String {
    latency.p95.map { text($0) } ?? latency.mean.map { "mean \(text($0))" } ?? ""
  }

  private var quality: [(model: String, useCase: String, score: Double)] {
    knowledge.models.filter { isWanted(model: $0.id) }.flatMap { model in
      knowledge.useCases.map { (model.id, $0.name, knowledge.quality.score(of: model, for: $0.name)) }
    }
  }

  private var counts: [(String, Int)] {
    [
      ("models", knowledge.models.count), ("accelerators", knowledge.accelerators.count), ("useCases", knowledge.useCases.count),
      ("patterns", patterns.count),
    ]
      + Benchmark.Kind.allCases.map { kind in ("\(kind.rawValue)Benchmarks", knowledge.benchmarks.count { $0.kind == kind }) }
  }

  private func documents(_ kind: CatalogEntry.Kind) -> JSONValue { .array(catalog.entries(kind).map(\.body)) }
  private func count(_ value: Int) -> String { value > 0 ? "\(value)" : "?" }
  private func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(format: "%.2f", value)
  }
}

extension JSONValue {
  fileprivate func filtered(_ isWanted: (JSONValue) -> Bool) -> JSONValue { .array((array ?? []).filter(isWanted)) }
}
