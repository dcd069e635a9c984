import ArgumentParser
import Foundation
import KnowledgeBase
import Planning

struct CatalogImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Bring your own benchmarks, prices, models and use cases.",
    discussion: """
      podium catalog import rows.csv                       our columns, as podium catalog export -o csv writes them
      podium catalog import benchmarks.json --accelerator H100 --gpus 1        a report of GuideLLM
      podium catalog import prices.json                    {"H100": 2.5, "L4": 0.7}, USD per GPU hour, of today
      podium catalog import facts.json                     {"models": […], "accelerators": […], "useCases": […], "benchmarks": […]}
      podium catalog import rows.json                      rows of exported_summaries: [{"model_hf_repo": …, "ttft_p95": …}]

      Without --database or PODIUM_DATABASE the facts go to a file of this user, which podium then plans with. Several files are one \
      change: when any of them is wrong, nothing is imported and what was there stays. Rows of the same model, accelerator, lengths, load, \
      engine and precision are replaced.
      """)

  @Argument(help: ArgumentHelp("Files to import; - is standard input.", valueName: "file")) var files: [String]
  @Option(help: ArgumentHelp("For GuideLLM's reports: what the server ran on.", valueName: "name")) var accelerator: String?
  @Option(help: ArgumentHelp("For GuideLLM's reports: GPUs of the server.", valueName: "count")) var gpus: Int?
  @Option(help: ArgumentHelp("For GuideLLM's reports: instead of the model they name.", valueName: "id")) var model: String?
  @Option(help: ArgumentHelp("For GuideLLM's reports: measured, simulated, estimated or learned.", valueName: "kind"))
  var kind = Benchmark.Kind.measured
  @Option(help: ArgumentHelp("For GuideLLM's reports: the version of vLLM.", valueName: "version")) var engineVersion: String?
  @Option(help: ArgumentHelp("For GuideLLM's reports: of the weights, such as fp8.", valueName: "name")) var precision: String?
  @Option(help: ArgumentHelp("For GuideLLM's reports: tokens of a prompt, instead of what was counted.", valueName: "count"))
  var promptTokens: Int?
  @Option(help: ArgumentHelp("For GuideLLM's reports: tokens of an answer, instead of what was counted.", valueName: "count"))
  var outputTokens: Int?
  @Flag(help: "Check the files and change nothing.") var dryRun = false
  @OptionGroup var database: DatabaseOptions

  func validate() throws {
    for (name, value, limit) in [
      ("gpus", gpus, 1024), ("prompt-tokens", promptTokens, 10_000_000), ("output-tokens", outputTokens, 10_000_000),
    ] {
      if let value, !(1...limit).contains(value) { throw ValidationError("--\(name): \(value) is not possible; write 1 to \(limit)") }
    }
  }

  func run() async throws {
    do {
      let location = try database.writableLocation()
      let known = try await (dryRun ? KnowledgeSource.start(.shipped) : KnowledgeSource.writing(location))
      let change = try change(current: try await known.catalog())
      if dryRun { return }
      let summary = try await known.update(change)
      print("imported into \(location): \(Self.words(summary))")
    } catch let error as ImportError {
      throw CleanFailure("\(error)\nNothing was imported.")
    } catch let error as KnowledgeError {
      throw CleanFailure("\(error)\nNothing was imported.")
    }
  }

  private func change(current: Catalog) throws -> CatalogChange {
    let context = GuideLLMReport.Context(
      model: model, accelerator: accelerator, gpus: gpus, kind: kind, engineVersion: engineVersion, precision: precision,
      promptTokens: promptTokens, outputTokens: outputTokens)
    let today = CalendarDay(secondsSince1970: Date().timeIntervalSince1970)
    var change = CatalogChange()
    for file in files {
      let found = try CatalogImport(
        try UserFile.read(file, limit: CatalogStoreLimits.fileBytes), name: file, context: context, current: current, today: today)
      for warning in found.warnings.prefix(5) { Self.warn("\(file): \(warning)") }
      if found.warnings.count > 5 { Self.warn("\(file): and \(found.warnings.count - 5) more like these") }
      print("\(file): \(found.format), \(found.change.benchmarks.count) benchmarks, \(found.change.entries.count) other facts")
      change.benchmarks += found.change.benchmarks
      change.entries += found.change.entries
    }
    return change
  }

  private static func words(_ summary: CatalogChange.Summary) -> String {
    var words = ["\(summary.addedBenchmarks) benchmarks (\(summary.replacedBenchmarks) replaced)"]
    if summary.knownBenchmarks > 0 { words.append("\(summary.knownBenchmarks) that ship with the program") }
    if summary.addedEntries + summary.replacedEntries > 0 {
      words.append("\(summary.addedEntries) new and \(summary.replacedEntries) changed facts")
    }
    return words.joined(separator: ", ")
  }

  private static func warn(_ text: String) { FileHandle.standardError.write(Data("warning: \(text)\n".utf8)) }
}
