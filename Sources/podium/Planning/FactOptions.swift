import ArgumentParser
import Foundation
import KnowledgeBase
import Planning

/// What the plan is based on.
struct FactOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions
  @Option(help: ArgumentHelp("Benchmark rows to plan with instead of the shipped ones (CSV).", valueName: "file")) var benchmarks: String?
  @Option(
    help: ArgumentHelp(
      "Prices in USD per GPU hour, a JSON object: {\"H100\": 4.5}, or {\"H100\": {\"aws\": {\"onDemand\": 4.9, \"spot\": 2}}}.",
      valueName: "file"))
  var prices: String?

  func load() throws -> Knowledge {
    do {
      var knowledge = try database.source().current.knowledge
      if let benchmarks {
        let file = try BenchmarkFile(parsing: try UserFile.read(benchmarks), name: benchmarks)
        for warning in file.warnings.prefix(5) { Self.warn("\(benchmarks): \(warning)") }
        if file.warnings.count > 5 { Self.warn("\(benchmarks): and \(file.warnings.count - 5) more like these") }
        knowledge = knowledge.with(benchmarks: file.rows)
      }
      if let prices {
        let list = try PriceList(parsing: try UserFile.read(prices), name: prices)
        for unknown in list.unknownNames(in: knowledge) {
          let advice = unknown.nearest.map { "; did you mean \($0)?" } ?? ""
          Self.warn(
            "\(prices): no benchmark and no entry of the catalogue is called \"\(unknown.name)\"; its price changes nothing\(advice)")
        }
        knowledge = list.applied(to: knowledge)
      }
      return knowledge
    } catch let error as ImportError {
      throw ValidationError("\(error)")
    }
  }

  private static func warn(_ text: String) { FileHandle.standardError.write(Data("warning: \(text)\n".utf8)) }
}
