import JSON
import Planning

/// The report of GuideLLM (`benchmarks.json`): schema version 2 (GuideLLM 0.8), 1 (0.3 to 0.7), and the one before it without a version.
/// Names of metrics are the same in all of them.
///
/// Of each benchmark in it, a row: rate, TTFT, ITL and latency of the requests that succeeded. GuideLLM's ITL is the mean gap of a
/// request, weighted by its tokens; its latency is in seconds.
package struct GuideLLMReport: Sendable {
  /// What such a report does not say.
  package struct Context: Sendable {
    /// Instead of the model the report names.
    package var model: String?
    package var accelerator: String?
    package var gpus: Int?
    package var kind: Benchmark.Kind
    package var engineVersion: String?
    package var precision: String?
    /// Instead of the lengths the report names or, where it names none, the means of what was counted.
    package var promptTokens: Int?
    package var outputTokens: Int?

    package init(
      model: String? = nil, accelerator: String? = nil, gpus: Int? = nil, kind: Benchmark.Kind = .measured, engineVersion: String? = nil,
      precision: String? = nil, promptTokens: Int? = nil, outputTokens: Int? = nil
    ) {
      self.model = model
      self.accelerator = accelerator
      self.gpus = gpus
      self.kind = kind
      self.engineVersion = engineVersion
      self.precision = precision
      self.promptTokens = promptTokens
      self.outputTokens = outputTokens
    }
  }

  package private(set) var rows: [Benchmark] = []
  package private(set) var warnings: [String] = []

  /// Whether the value is such a report and nothing else.
  static func isOne(_ value: JSONValue) -> Bool {
    value["benchmarks"]?.array?.contains { $0[["metrics", "time_to_first_token_ms"]] != nil } == true
  }

  /// The newest schema that is known.
  private static let newestVersion = 2

  package init(_ report: JSONValue, name: String, context: Context) throws(ImportError) {
    guard let benchmarks = report["benchmarks"]?.array, !benchmarks.isEmpty else {
      throw ImportError(file: name, reason: "benchmarks: expected an array with at least one element")
    }
    let version = report[["metadata", "version"]]
    guard version == nil || (1...Self.newestVersion).contains(version?.int ?? 0) else {
      let text = version?.text() ?? ""
      throw ImportError(
        file: name, reason: "metadata.version: schemas 1 and 2 of GuideLLM's report are known, and this is \(text)")
    }
    guard let accelerator = context.accelerator, let gpus = context.gpus else {
      throw ImportError(file: name, reason: "GuideLLM does not report what it ran on: add --accelerator NAME and --gpus N")
    }
    for (index, benchmark) in benchmarks.enumerated() {
      let reader = GuideLLMBenchmark(report: report, benchmark: benchmark, index: index, file: name)
      guard try reader.successes() > 0 else {
        warnings.append("benchmarks[\(index)]: left out, for none of its requests succeeded")
        continue
      }
      if let failed = reader.failures, failed > 0 {
        warnings.append("benchmarks[\(index)]: \(failed) of its requests failed; the row is of those that succeeded")
      }
      rows.append(try reader.row(context, accelerator: accelerator, gpus: gpus))
    }
    if rows.isEmpty { throw ImportError(file: name, reason: "no request succeeded in any of its benchmarks") }
  }
}
