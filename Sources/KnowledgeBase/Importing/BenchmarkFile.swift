import Planning

/// Benchmarks from a CSV file whose first line names the columns; columns it does not know are left alone.
///
/// Needed: `model`, `accelerator`, `gpus`, `prompt_tokens`, `output_tokens`, and `requests_per_second` or `concurrency`.
/// Latencies in milliseconds: `ttft_mean_ms`, `ttft_p95_ms`, and the same for `itl` (per request) and `e2e`; a cell may be empty.
/// Also read: `kind` (measured, simulated, estimated; measured when left out) and `source`.
package struct BenchmarkFile: Sendable {
  /// Something in a row that is possible but suspicious.
  package struct Warning: Sendable, Hashable, CustomStringConvertible {
    package let line: Int
    package let reason: String

    package var description: String { "line \(line): \(reason)" }
  }

  package private(set) var rows: [Benchmark] = []
  package private(set) var warnings: [Warning] = []

  /// `name` is the file's name for messages; `sources` gives the text of sources that are written as a key.
  package init(parsing bytes: [UInt8], name: String, sources: [String: String] = [:]) throws(ImportError) {
    var reader = CSVReader(bytes, file: name)
    var cells: [ArraySlice<UInt8>] = []
    guard try reader.next(&cells) else { throw ImportError(file: name, reason: "the file is empty; its first line must name the columns") }
    var parser = BenchmarkRowParser(columns: try BenchmarkColumns(cells, file: name), file: name, sources: sources)
    rows.reserveCapacity(bytes.count / 100)
    while try reader.next(&cells) {
      let row = try parser.row(cells, line: reader.line)
      rows.append(row)
      for (latency, title) in [(row.ttft, "TTFT"), (row.itl, "ITL"), (row.e2e, "E2E")] {
        guard let mean = latency.mean, let p95 = latency.p95, p95 < mean else { continue }
        warnings.append(Warning(line: reader.line, reason: "\(title) p95 is below its mean"))
      }
    }
    if rows.isEmpty { throw ImportError(file: name, reason: "no rows after the line that names the columns") }
  }
}
