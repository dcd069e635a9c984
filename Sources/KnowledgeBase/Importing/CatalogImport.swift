import JSON
import Planning

/// A file that brings facts: understood whole, or refused whole.
package struct CatalogImport: Sendable {
  package private(set) var change = CatalogChange()
  /// What kind of file it was, for people.
  package let format: String
  /// Possible but suspicious.
  package private(set) var warnings: [String] = []

  /// - Parameters:
  ///   - current: Where the accelerators are looked up that a list of prices names.
  ///   - today: The day that prices are of.
  package init(
    _ bytes: [UInt8], name: String, context: GuideLLMReport.Context, current: Catalog, today: CalendarDay
  ) throws(ImportError) {
    let start = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    guard start == UInt8(ascii: "{") || start == UInt8(ascii: "[") else {
      let file = try BenchmarkFile(parsing: bytes, name: name, sources: Self.sources(current))
      format = "CSV"
      change.benchmarks = file.rows
      warnings = file.warnings.map { "\($0)" }
      return
    }
    let value: JSONValue
    do {
      value = try JSONParser.parse(bytes.span, refusingDuplicates: true)
    } catch {
      throw ImportError(file: name, line: error.line, column: error.column, reason: error.reason)
    }
    if GuideLLMReport.isOne(value) {
      let report = try GuideLLMReport(value, name: name, context: context)
      format = "GuideLLM report"
      change.benchmarks = report.rows
      warnings = report.warnings
    } else if let elements = value.array {
      format = "benchmarks as JSON"
      change.benchmarks = try BenchmarkDocument.rows(elements, file: name, sources: Self.sources(current))
    } else if let object = value.object, !object.isEmpty, object.allSatisfy({ $0.value.double != nil }) {
      format = "prices"
      change.entries = try Self.prices(try PriceFile.parse(bytes, name: name), name: name, current: current, today: today)
    } else {
      format = "catalogue"
      try readDocument(value, name: name, current: current)
    }
    if change.benchmarks.isEmpty, change.entries.isEmpty {
      throw ImportError(file: name, reason: "there is nothing in it that could be imported; the forms are in podium catalog import --help")
    }
  }

  /// The text of sources that rows name by a key.
  private static func sources(_ catalog: Catalog) -> [String: String] {
    Dictionary(catalog.entries(.source).compactMap { entry in entry.body["text"]?.string.map { (entry.name, $0) } }) { $1 }
  }

  private mutating func readDocument(_ value: JSONValue, name: String, current: Catalog) throws(ImportError) {
    let known = CatalogEntry.Kind.allCases.map(\.title) + ["benchmarks"]
    for member in value.object ?? JSONObject() {
      guard known.contains(member.key) else {
        throw ImportError(
          file: name, reason: "\"\(member.key)\" is not known; write \(known.joined(separator: ", ")), or prices by accelerator")
      }
      guard let elements = member.value.array else { throw ImportError(file: name, reason: "\(member.key): expected an array") }
      if member.key == "benchmarks" {
        change.benchmarks = try BenchmarkDocument.rows(elements, file: name, sources: Self.sources(current))
      } else if let kind = CatalogEntry.Kind.allCases.first(where: { $0.title == member.key }) {
        for (index, element) in elements.enumerated() {
          change.entries.append(try CatalogEntry(kind, body: element, file: name, index: index))
        }
      }
    }
    // What no plan could be made with is found here, with the file's name.
    do throws(ImportError) {
      let catalog = Catalog(entries: change.entries)
      _ = try catalog.knowledge()
      _ = try catalog.patterns()
    } catch {
      throw ImportError(file: name, reason: "\(error.file): \(error.reason)")
    }
  }

  /// Entries as they are, with another price and its day; an accelerator that is not known needs an entry of its own.
  private static func prices(
    _ prices: [String: Double], name: String, current: Catalog, today: CalendarDay
  ) throws(ImportError) -> [CatalogEntry] {
    var entries: [CatalogEntry] = []
    for (accelerator, price) in prices.sorted(by: { $0.key < $1.key }) {
      let wanted = accelerator.lowercased()
      let known = current.entries(.accelerator).first { entry in
        ([entry.name] + (entry.body["aliases"]?.strings ?? [])).contains { $0.lowercased() == wanted }
      }
      guard var entry = known else {
        throw ImportError(
          file: name, reason: "\(accelerator) is not in the catalogue; import {\"accelerators\": [{\"name\": \"\(accelerator)\", …}]} first"
        )
      }
      entry.body["pricePerHourUSD"] = .double(price)
      entry.body["pricedOn"] = .string("\(today)")
      entries.append(entry)
    }
    return entries
  }
}
