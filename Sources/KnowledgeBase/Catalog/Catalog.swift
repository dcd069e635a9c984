import JSON
import Planning

/// Everything that is known, as it is stored, imported and exported: documents and benchmark rows. ``knowledge()`` makes of it what
/// the planner uses.
package struct Catalog: Sendable {
  package private(set) var entries: [CatalogEntry]
  package var benchmarks: [Benchmark]
  private var places: [CatalogEntry.Key: Int] = [:]

  package init(entries: [CatalogEntry] = [], benchmarks: [Benchmark] = []) {
    self.entries = []
    self.benchmarks = benchmarks
    entries.forEach { put($0) }
  }

  /// Adds an entry, or replaces the one of the same kind and name.
  package mutating func put(_ entry: CatalogEntry) {
    if let place = places[entry.key] {
      entries[place] = entry
    } else {
      places[entry.key] = entries.count
      entries.append(entry)
    }
  }

  package func entries(_ kind: CatalogEntry.Kind) -> [CatalogEntry] { entries.filter { $0.kind == kind } }

  package subscript(kind: CatalogEntry.Kind, name: String) -> CatalogEntry? {
    places[CatalogEntry.Key(kind: kind, name: name.lowercased())].map { entries[$0] }
  }
}

extension Catalog {
  /// Refuses an entry that lacks a member or has a wrong one.
  package func knowledge() throws(ImportError) -> Knowledge {
    var sources: [String: String] = [:]
    for entry in entries(.source) { sources[entry.name] = entry.body["text"]?.string }
    return Knowledge(
      useCases: try values(.useCase, UseCase.init(json:)),
      accelerators: try values(.accelerator) { Accelerator(json: $0, sources: sources) },
      models: try values(.model, ModelEntry.init(json:)), benchmarks: benchmarks, quality: try quality())
  }

  package func patterns() throws(ImportError) -> [WorkloadPattern] { try values(.pattern, WorkloadPattern.init(json:)) }

  private func values<Value>(_ kind: CatalogEntry.Kind, _ value: (JSONValue) -> Value?) throws(ImportError) -> [Value] {
    var values: [Value] = []
    for entry in entries where entry.kind == kind {
      guard let value = value(entry.body) else {
        throw ImportError(file: kind.title, reason: "\(entry.name) lacks a member or has a wrong one")
      }
      values.append(value)
    }
    return values
  }

  private func quality() throws(ImportError) -> QualityTable {
    var steps: [QualityTable.Step] = []
    var bonuses: [String: [String: Double]] = [:]
    for entry in entries where entry.kind == .quality {
      for step in entry.body["steps"]?.array ?? [] {
        guard let billions = step["billions"]?.double, let score = step["score"]?.double, billions > 0, (0...100).contains(score) else {
          throw ImportError(file: "quality", reason: "a step needs billions above 0 and a score from 0 to 100")
        }
        steps.append(QualityTable.Step(billions: billions, score: score))
      }
      for part in entry.body["bonuses"]?.object ?? JSONObject() {
        guard let points = part.value.double, (-100...100).contains(points) else {
          throw ImportError(file: "quality", reason: "\(entry.name), \(part.key): points are a number from -100 to 100")
        }
        bonuses[entry.name, default: [:]][part.key] = points
      }
    }
    return QualityTable(steps: steps, bonuses: bonuses)
  }
}
