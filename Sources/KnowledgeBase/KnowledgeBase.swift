import Foundation
import JSON
import Planning

/// The facts that ship with the program: models, accelerators with prices, use cases and benchmarks, each with its source.
///
/// The files in `Data` are written by `hack/import-benchmarks`.
package enum KnowledgeBase {
  /// Reads and checks every file. About 5,700 rows; loaded once per process by ``shared``.
  package static func load() throws(ImportError) -> Knowledge {
    let sources = try object("sources.json").compactMapValues(\.string)
    var benchmarks: [Benchmark] = []
    for name in ["simulated.csv", "measured.csv", "estimated.csv"] {
      benchmarks += try BenchmarkFile(parsing: try bytes(name), name: name, sources: sources).rows
    }
    return Knowledge(
      useCases: try catalogue("use-cases.json", UseCase.init(json:)),
      accelerators: try catalogue("accelerators.json") { Accelerator(json: $0, sources: sources) },
      models: try catalogue("models.json", ModelEntry.init(json:)), benchmarks: benchmarks, quality: try quality())
  }

  /// The shipped knowledge, or why it cannot be read.
  package static let shared = Result<Knowledge, ImportError> { () throws(ImportError) in try load() }

  private static func quality() throws(ImportError) -> QualityTable {
    let object = try object("quality.json")
    guard let steps = object["steps"]?.array, let bonuses = object["bonuses"]?.object else {
      throw ImportError(file: "quality.json", reason: "steps and bonuses are needed")
    }
    var table: [String: [String: Double]] = [:]
    for useCase in bonuses {
      for part in useCase.value.object ?? JSONObject() { table[useCase.key, default: [:]][part.key] = part.value.double }
    }
    return QualityTable(
      steps: steps.compactMap { step in
        guard let billions = step["billions"]?.double, let score = step["score"]?.double else { return nil }
        return QualityTable.Step(billions: billions, score: score)
      }, bonuses: table)
  }
}

// MARK: Files

extension KnowledgeBase {
  private static func bytes(_ name: String) throws(ImportError) -> [UInt8] {
    let url = Bundle.module.bundleURL.appendingPathComponent("Data").appendingPathComponent(name)
    do {
      return [UInt8](try Data(contentsOf: url))
    } catch {
      throw ImportError(file: url.path, reason: "cannot be read: \(error.localizedDescription)")
    }
  }

  private static func json(_ name: String) throws(ImportError) -> JSONValue {
    let bytes = try bytes(name)
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw ImportError(file: name, line: error.line, column: error.column, reason: error.reason)
    }
  }

  private static func object(_ name: String) throws(ImportError) -> [String: JSONValue] {
    guard let object = try json(name).object else { throw ImportError(file: name, reason: "expected an object") }
    return Dictionary(object.map { ($0.key, $0.value) }) { $1 }
  }

  private static func catalogue<Entry>(_ name: String, _ entry: (JSONValue) -> Entry?) throws(ImportError) -> [Entry] {
    guard let elements = try json(name).array else { throw ImportError(file: name, reason: "expected an array") }
    var entries: [Entry] = []
    for (index, element) in elements.enumerated() {
      guard let entry = entry(element) else {
        throw ImportError(file: name, reason: "entry \(index + 1) lacks a member or has a wrong one")
      }
      entries.append(entry)
    }
    return entries
  }
}
