import JSON
import Planning

/// The facts in forms that ``CatalogImport`` reads back without loss.
package enum CatalogExport {
  /// The benchmarks as CSV; what is no benchmark does not fit in there.
  package static func csv(_ benchmarks: [Benchmark]) -> String {
    let columns = BenchmarkColumns.Column.allCases.map(\.rawValue)
    var text = columns.joined(separator: ",") + "\n"
    for row in benchmarks {
      let json = row.json
      text += columns.map { json[$0].map(cell) ?? "" }.joined(separator: ",") + "\n"
    }
    return text
  }

  /// Everything.
  package static func json(_ catalog: Catalog) -> JSONValue {
    var members: [(String, JSONValue)] = CatalogEntry.Kind.allCases.map { kind in (kind.title, .array(catalog.entries(kind).map(\.body))) }
    members.append(("benchmarks", .array(catalog.benchmarks.map(\.json))))
    return .object(JSONObject(members))
  }

  private static func cell(_ value: JSONValue) -> String {
    guard let text = value.string else { return value.text() }
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
