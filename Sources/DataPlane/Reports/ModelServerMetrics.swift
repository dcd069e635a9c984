import Scheduling

/// Reads what a model server says about its load (vLLM's metric names) from Prometheus' text format.
enum ModelServerMetrics {
  private static let running = "vllm:num_requests_running"
  private static let waiting = "vllm:num_requests_waiting"
  /// The second one is what older servers call it.
  private static let cacheUsage = ["vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"]
  private static let maximum = "vllm:max_num_seqs"

  /// `nil` when the page does not say how many requests run and wait.
  static func report(_ page: String) -> BackendReport? {
    var values: [Substring: Double] = [:]
    for line in page.split(separator: "\n") where line.hasPrefix("vllm:") {
      let nameEnd = line.firstIndex { $0 == "{" || $0 == " " } ?? line.endIndex
      guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...]) else { continue }
      // Several engines of one server: requests add up, the fullest cache decides.
      let name = line[..<nameEnd]
      values[name] = cacheUsage.contains(String(name)) ? max(values[name] ?? 0, value) : (values[name] ?? 0) + value
    }
    guard let running = values[running[...]].flatMap(count), let waiting = values[waiting[...]].flatMap(count) else { return nil }
    let usage = cacheUsage.compactMap { values[$0[...]] }.first ?? 0
    return BackendReport(
      running: running, waiting: waiting, kvCacheUsage: usage,
      maximumSequences: values[maximum[...]].flatMap(count).flatMap { $0 > 0 ? $0 : nil })
  }

  private static func count(_ value: Double) -> Int? { value >= 0 && value < 1e9 ? Int(value) : nil }
}
