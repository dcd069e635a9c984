import JSON
import Planning

/// One benchmark of a GuideLLM report.
struct GuideLLMBenchmark {
  let report: JSONValue
  let benchmark: JSONValue
  let index: Int
  let file: String

  func row(_ context: GuideLLMReport.Context, accelerator: String, gpus: Int) throws(ImportError) -> Benchmark {
    guard let model = context.model ?? modelName else {
      throw error("the report does not name the model: add --model NAME")
    }
    let streams = try streams()
    return Benchmark(
      kind: context.kind, model: model, accelerator: accelerator, gpus: gpus,
      profile: TrafficProfile(
        promptTokens: try tokens(context.promptTokens, "prompt_tokens", "prompt_token_count"),
        outputTokens: try tokens(context.outputTokens, "output_tokens", "output_token_count")), concurrency: streams,
      requestsPerSecond: try number(["requests_per_second", "successful", "mean"], limit: 1e9),
      ttft: try latency("time_to_first_token_ms", factor: 1), itl: try latency("inter_token_latency_ms", factor: 1),
      e2e: try latency("request_latency", factor: 1000), source: "GuideLLM\(version), \(file)", date: day,
      engineVersion: context.engineVersion,
      precision: context.precision)
  }

  func successes() throws(ImportError) -> Int {
    guard let count = total("successful") else { throw error("metrics.request_totals.successful: expected a number of requests") }
    return count
  }

  var failures: Int? { total("errored") }

  /// Without a schema version the totals were beside the metrics.
  private func total(_ outcome: String) -> Int? {
    benchmark[["metrics", "request_totals", outcome]]?.int ?? benchmark[["request_totals", outcome]]?.int
  }

  private func error(_ reason: String) -> ImportError { ImportError(file: file, reason: "benchmarks[\(index)]: \(reason)") }

  private func latency(_ metric: String, factor: Double) throws(ImportError) -> Benchmark.Latency {
    Benchmark.Latency(
      mean: try number([metric, "successful", "mean"], factor: factor),
      p95: try number([metric, "successful", "percentiles", "p95"], factor: factor))
  }

  private func number(_ path: [String], factor: Double = 1, limit: Double = 86_400_000) throws(ImportError) -> Double {
    let value = benchmark[["metrics"] + path]
    guard let number = value?.double.map({ $0 * factor }), number > 0, number <= limit else {
      let found = value.map { $0.text() } ?? "nothing"
      throw error("metrics.\(path.joined(separator: ".")): \(found) is not a number above 0 and up to \(limit / factor)")
    }
    return number
  }

  /// As configured for synthetic prompts, else the mean of what was counted.
  private func tokens(_ given: Int?, _ configured: String, _ counted: String) throws(ImportError) -> Int {
    if let given { return given }
    if let length = configuredLength(configured) { return length }
    let mean = try number([counted, "successful", "mean"], limit: 10_000_000)
    return max(1, Int(mean.rounded()))
  }

  /// `prompt_tokens=512,output_tokens=256`, the same as JSON text, or as an object in a list.
  private func configuredLength(_ name: String) -> Int? {
    for path in [["config", "spec", "data"], ["config", "data"], ["args", "data"]] {
      for data in report[path]?.array ?? report[path].map({ [$0] }) ?? [] {
        if let length = data[name]?.int ?? data[["config", name]]?.int { return length }
        guard let text = data.string else { continue }
        if let object = try? JSONValue(parsing: text), let length = object[name]?.int { return length }
        for pair in text.split(separator: ",") where pair.hasPrefix("\(name)=") {
          if let length = Int(pair.dropFirst(name.count + 1)) { return length }
        }
      }
    }
    return nil
  }

  /// Requests in progress, where the load was held so.
  private func streams() throws(ImportError) -> Int? {
    for path in [["config", "strategy"], ["args", "strategy"], ["scheduler", "strategy"]] {
      guard let strategy = benchmark[path] else { continue }
      let kind = strategy["type_"]?.string ?? strategy["kind"]?.string
      if kind == "synchronous" { return 1 }
      guard kind == "concurrent", let streams = strategy["streams"]?.int else { continue }
      guard (1...10_000_000).contains(streams) else { throw error("\(path.joined(separator: ".")).streams: \(streams) is not possible") }
      return streams
    }
    return nil
  }

  private var modelName: String? {
    let paths = [
      ["config", "spec", "backend", "model"], ["config", "backend", "model"], ["args", "model"], ["args", "backend_kwargs", "model"],
      ["config", "model"],
    ]
    let own = [["config", "backend", "model"], ["benchmarker", "backend", "model"], ["worker", "backend_model"]]
    for text in own.compactMap({ benchmark[$0]?.string }) + paths.compactMap({ report[$0]?.string }) where !text.isEmpty { return text }
    return nil
  }

  private var version: String {
    let version = report[["metadata", "guidellm_version"]]?.string
    return version.map { " \($0)" } ?? ""
  }

  private var day: String? {
    let seconds = benchmark["start_time"]?.double ?? benchmark[["run_stats", "start_time"]]?.double
    guard let seconds, seconds > 0, seconds < 1e11 else { return nil }
    return "\(CalendarDay(secondsSince1970: seconds))"
  }
}
