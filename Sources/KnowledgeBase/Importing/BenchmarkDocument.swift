import JSON
import Planning

/// Benchmarks as JSON objects, with the names of our CSV columns or of the table `exported_summaries`.
enum BenchmarkDocument {
  static func rows(_ elements: [JSONValue], file: String, sources: [String: String]) throws(ImportError) -> [Benchmark] {
    var rows: [Benchmark] = []
    rows.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      do throws(ImportError) {
        rows.append(try row(element, number: index + 1, file: file, sources: sources))
      } catch {
        throw ImportError(file: file, reason: "benchmarks[\(index)]: \(error.reason)")
      }
    }
    return rows
  }

  /// The same checks as for a line of a CSV file.
  private static func row(_ element: JSONValue, number: Int, file: String, sources: [String: String]) throws(ImportError) -> Benchmark {
    guard let object = element.object else { throw ImportError(file: file, reason: "expected an object") }
    var header: [ArraySlice<UInt8>] = []
    var cells: [ArraySlice<UInt8>] = []
    for member in object where !member.value.isNull && member.value.object == nil && member.value.array == nil {
      header.append(Array((BenchmarkColumns.otherNames[member.key] ?? member.key).utf8)[...])
      let text = member.value.string ?? member.value.int.map { "\($0)" } ?? member.value.text()
      cells.append(Array(text.utf8)[...])
    }
    if object["metrics"] != nil, object["gpu_type"] != nil {
      throw ImportError(
        file: file, reason: "percentiles of 90 and 99 cannot be compared with targets at p95; measure ttft_p95, itl_p95 and e2e_p95")
    }
    var parser = BenchmarkRowParser(columns: try BenchmarkColumns(header, file: file), file: file, sources: sources, rowTitle: "benchmark")
    return try parser.row(cells, line: number)
  }
}
