import Foundation
import JSON
import Planning

/// The facts that ship with the program: models, accelerators with prices, use cases and benchmarks, each with its source.
///
/// The files in `Data` are written by `hack/import-benchmarks`.
package enum KnowledgeBase {
  /// Reads and checks every file. About 5,700 rows; loaded once per process by ``shared``.
  package static func load() throws(ImportError) -> Knowledge { try catalog().knowledge() }

  /// The shipped knowledge, or why it cannot be read.
  package static let shared = Result<Knowledge, ImportError> { () throws(ImportError) in try load() }

  /// The same facts as documents and rows.
  package static func catalog() throws(ImportError) -> Catalog {
    let sources = try object("sources.json")
    var entries: [CatalogEntry] = []
    for (index, key) in sources.keys.sorted().enumerated() {
      let body: JSONValue = ["name": .string(key), "text": sources[key] ?? .null]
      entries.append(try CatalogEntry(.source, body: body, file: "sources.json", index: index))
    }
    for (kind, file) in [
      (CatalogEntry.Kind.useCase, "use-cases.json"), (.experienceClass, "experience-classes.json"), (.pattern, "patterns.json"),
      (.accelerator, "accelerators.json"), (.model, "models.json"),
    ] {
      entries += try documents(kind, file)
    }
    entries += try quality()
    var benchmarks: [Benchmark] = []
    let texts = sources.compactMapValues(\.string)
    for name in ["simulated.csv", "measured.csv", "estimated.csv"] {
      benchmarks += try BenchmarkFile(parsing: try bytes(name), name: name, sources: texts).rows
    }
    return Catalog(entries: entries, benchmarks: benchmarks)
  }

  /// Changes whenever a shipped file does: FNV-1a over all of them.
  package static func digest() throws(ImportError) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for name in fileNames {
      for byte in try bytes(name) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    return String(hash, radix: 16)
  }

  private static let fileNames = [
    "sources.json", "use-cases.json", "experience-classes.json", "patterns.json", "accelerators.json", "models.json", "quality.json",
    "simulated.csv", "measured.csv", "estimated.csv",
  ]

  /// The steps by size as one entry, and one for each use case with a bonus.
  private static func quality() throws(ImportError) -> [CatalogEntry] {
    let object = try object("quality.json")
    guard let steps = object["steps"], let bonuses = object["bonuses"]?.object else {
      throw ImportError(file: "quality.json", reason: "steps and bonuses are needed")
    }
    var entries = [try CatalogEntry(.quality, body: ["name": "by size", "steps": steps], file: "quality.json", index: 0)]
    for useCase in bonuses {
      let body: JSONValue = ["name": .string(useCase.key), "bonuses": useCase.value]
      entries.append(try CatalogEntry(.quality, body: body, file: "quality.json", index: entries.count))
    }
    return entries
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

  private static func documents(_ kind: CatalogEntry.Kind, _ name: String) throws(ImportError) -> [CatalogEntry] {
    guard let elements = try json(name).array else { throw ImportError(file: name, reason: "expected an array") }
    var entries: [CatalogEntry] = []
    for (index, element) in elements.enumerated() {
      entries.append(try CatalogEntry(kind, body: element, file: name, index: index))
    }
    return entries
  }
}
