import ArgumentParser
import Foundation
import JSON
import KnowledgeBase
import Planning
import YAML

/// The planner's facts: look at them, bring others, check them.
struct CatalogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog", abstract: "Look at the planner's facts, import your own, and check them.",
    subcommands: [CatalogListCommand.self, CatalogImportCommand.self, CatalogExportCommand.self, CatalogValidateCommand.self])
}

struct CatalogListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show what is known.",
    discussion: """
      podium catalog list                                  how much there is of each
      podium catalog list benchmarks --model llama-3.1-8b --accelerator H100
      """)

  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case models, accelerators, benchmarks, patterns, quality
    case useCases = "use-cases"
  }
  enum Output: String, ExpressibleByArgument, CaseIterable { case table, json, yaml }

  @Argument(help: "models, accelerators, benchmarks, use-cases, patterns or quality; without it, how much there is of each.")
  var subject: Subject?
  @Option(help: "Only models whose name has this in it.") var model: String?
  @Option(help: "Only this accelerator.") var accelerator: String?
  @Option(help: ArgumentHelp("Only benchmarks that are measured, simulated, estimated or learned.", valueName: "kind"))
  var kind: Benchmark.Kind?
  @Option(name: .shortAndLong, help: "table, json or yaml.") var output = Output.table
  @OptionGroup var database: DatabaseOptions

  func run() async throws {
    let (catalog, knowledge, patterns) = try database.facts()
    let list = CatalogList(catalog: catalog, knowledge: knowledge, patterns: patterns, filter: .init(model, accelerator, kind))
    switch output {
    case .table: print(list.table(subject), terminator: "")
    case .json: print(list.json(subject).text(.indented))
    case .yaml: print(YAMLWriter.text(list.json(subject)), terminator: "")
    }
  }
}

struct CatalogExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write the facts to standard output, in a form that import reads.",
    discussion: "podium catalog export --database postgres://db/facts > facts.json && podium catalog import facts.json")

  enum Output: String, ExpressibleByArgument, CaseIterable { case json, csv }

  @Option(help: ArgumentHelp("Only benchmarks that are measured, simulated, estimated or learned.", valueName: "kind"))
  var kind: Benchmark.Kind?
  @Option(name: .shortAndLong, help: "json: everything; csv: the benchmarks.") var output = Output.json
  @OptionGroup var database: DatabaseOptions

  func run() async throws {
    var catalog = try database.facts().catalog
    if let kind { catalog.benchmarks.removeAll { $0.kind != kind } }
    switch output {
    case .json: print(CatalogExport.json(catalog).text(.indented))
    case .csv: print(CatalogExport.csv(catalog.benchmarks), terminator: "")
    }
  }
}

extension Benchmark.Kind: ExpressibleByArgument {}
