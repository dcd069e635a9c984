import KnowledgeBase
import TestKit
import Testing

@testable import Planning

/// The bounds are a little above what `hack/bench accuracy` prints: a change that predicts worse is caught, one that predicts better is
/// free to lower them.
@Suite struct AccuracyTests {
  @Test func `Points that were left out are predicted within 6 % per output token and 13 % to the first`() throws {
    let errors = CrossValidation.errors(leavingOut: .point, of: try KnowledgeBase.shared.get())
    #expect(errors.itl.count == 660)
    #expect(CrossValidation.Errors.mean(errors.itl) < 0.06 && CrossValidation.Errors.median(errors.itl) < 0.04)
    #expect(CrossValidation.Errors.mean(errors.ttft) < 0.13 && CrossValidation.Errors.median(errors.ttft) < 0.08)
    #expect(CrossValidation.Errors.mean(errors.throughput) < 0.07)
  }

  @Test func `Pairs of model and GPU that were left out are predicted within 23 % per output token and 33 % to the first`() throws {
    let errors = CrossValidation.errors(leavingOut: .pair, of: try KnowledgeBase.shared.get())
    #expect(errors.itl.count == 671)
    #expect(CrossValidation.Errors.mean(errors.itl) < 0.23 && CrossValidation.Errors.median(errors.itl) < 0.2)
    #expect(CrossValidation.Errors.mean(errors.ttft) < 0.33 && CrossValidation.Errors.median(errors.ttft) < 0.26)
  }

  @Test func `The pairs that are estimated far worse than the others are those that plans warn of`() throws {
    let pairs = CrossValidation.errorsByPair(of: try KnowledgeBase.shared.get())
    #expect(pairs.count == 12)
    for (model, accelerator, errors) in pairs {
      let (token, first) = (CrossValidation.Errors.mean(errors.itl), CrossValidation.Errors.mean(errors.ttft))
      if model.contains("8B") {
        #expect((0.55...0.65).contains(token) && (1.5...1.65).contains(first), "\(model) on \(accelerator): \(token), \(first)")
      } else {
        #expect(token < 0.45 && first < 0.75, "\(model) on \(accelerator): \(token), \(first)")
      }
    }
  }

  @Test func `The efficiency of rooflines is that of the shipped measured rows`() throws {
    let fitted = CrossValidation.efficiency(of: try KnowledgeBase.shared.get())
    for (fitted, used) in zip(fitted.decode + fitted.prefill, Efficiency.measured.decode + Efficiency.measured.prefill) {
      #expect(abs(fitted - used) <= 0.001 * used, "\(fitted) instead of \(used)")
    }
  }

  /// Means and p95s of 42 loads of one server under random arrivals; the tokens of an answer are (E2E − TTFT) ÷ time per token + 1.
  private static func sweep() throws -> [Benchmark] {
    let text = try Places.text("Tests/KnowledgeBaseTests/Reports/load-sweep.csv")
    return try BenchmarkFile(parsing: Array(text.utf8), name: "load-sweep.csv").rows
  }

  @Test func `Percentiles of loads without queueing are those measured: within 8, 5 and 6 %, and as often above as below`() throws {
    let ratios = TailValidation.ratios(of: try Self.sweep())
    #expect(ratios.ttft.count == 21)
    for (name, ratios, bound, bias) in [
      ("TTFT", ratios.ttft, 0.08, 0.03), ("ITL", ratios.itl, 0.05, 0.03), ("E2E", ratios.e2e, 0.06, 0.04),
    ] {
      let error = CrossValidation.Errors.mean(ratios.map { abs($0 - 1) })
      let median = CrossValidation.Errors.median(ratios)
      #expect(error < bound && abs(median - 1) < bias, "\(name): \(error) on average, \(median) in the median")
    }
  }

  @Test func `The spread of lengths is the largest median of the simulated profiles, and nineteen of twenty rows are within 3 % of it`()
    throws
  {
    let rows = try KnowledgeBase.shared.get().benchmarks.filter { $0.kind == .simulated }
    let medians = Set(rows.map(\.profile)).map { profile in
      CrossValidation.Errors.median(TailValidation.spreads(of: rows.filter { $0.profile == profile }) { $0.e2e })
    }
    #expect(medians.count == 4 && abs((medians.max() ?? 0) - TailModel.lengthSpread) < 0.02, "\(medians)")
    let all = TailValidation.spreads(of: rows) { $0.e2e }
    #expect(all[all.count * 19 / 20] < TailModel.lengthSpread * 1.03)
    let first = CrossValidation.Errors.median(TailValidation.spreads(of: rows) { $0.ttft })
    #expect(abs(first - TailModel.prefillSpread) < 0.05, "\(first)")
  }

  @Test func `Architectures agree with the catalogue's sizes, and their caches are whole heads`() throws {
    let knowledge = try KnowledgeBase.shared.get()
    // What the catalogue calls the size is not all of the parameters: active ones, experts counted without what they share, effective ones.
    let others = ["llama-4-", "mixtral-", "gemma-3n-", "deepseek-r1-0528", "kimi-k2"]
    var compared = 0
    for (model, architecture) in zip(knowledge.models, knowledge.predicting.architectures) {
      guard let architecture, !architecture.isGuess else { continue }
      if !others.contains(where: model.id.lowercased().contains), model.parametersBillions > 0 {
        compared += 1
        #expect(abs(architecture.parametersBillions / model.parametersBillions - 1) < 0.1, "\(model.id)")
      }
    }
    #expect(compared >= 25)
    for (_, architecture) in ModelArchitecture.known {
      // Keys and values of 16 bits in every layer: heads of 64 numbers or more; 576 numbers with latent attention. A hybrid has few such layers.
      let numbers = architecture.cacheBytesPerToken / 2 / architecture.layers
      let isLatent = numbers == 576
      let isHybrid = architecture.name.hasPrefix("nemotron-nano")
      #expect(isLatent || isHybrid || (numbers % 128 == 0 && numbers <= 2 * max(architecture.hiddenSize, 4096)), "\(architecture.name)")
      // Attention of at least 2 hidden² and what follows it: a dense model's parameters are 6–30 times layers × hidden²
      let unit = Double(architecture.layers * architecture.hiddenSize * architecture.hiddenSize) / 1e9
      // … but for embeddings of every layer.
      let isDense = architecture.experts == 1 && architecture.name != "gemma-3n-e4b"
      #expect(!isDense || (6...30).contains(architecture.parametersBillions / unit), "\(architecture.name)")
      #expect(architecture.activeBillions <= architecture.parametersBillions)
      #expect(architecture.expertBillions < architecture.parametersBillions, "\(architecture.name)")
    }
  }

  @Test func `GPUs have the memory that the catalogue says`() throws {
    for accelerator in try KnowledgeBase.shared.get().accelerators where accelerator.memoryGB > 0 {
      guard let figures = AcceleratorFigures(named: accelerator.name) else { continue }
      // The catalogue's B100 has an H100's memory; the data sheet's 192 GB is what a roofline takes.
      if accelerator.name == "B100" { continue }
      #expect(figures.memoryGB == Double(accelerator.memoryGB), "\(accelerator.name)")
      // FLOPs per byte: every one of these GPUs computes 100 to 500 while it reads one.
      #expect((100...500).contains(figures.teraflops * 1000 / figures.bandwidth), "\(accelerator.name)")
      #expect(figures.teraflops8 == figures.teraflops || abs(figures.teraflops8 / figures.teraflops - 2) < 0.03, "\(accelerator.name)")
    }
  }
}
