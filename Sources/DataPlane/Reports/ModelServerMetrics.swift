import Scheduling

/// Reads what a model server says about its load (vLLM's metric names) from Prometheus' text format.
///
/// A page of vLLM has more than a thousand lines, and is read again several times a second: lines that are not wanted are passed over
/// as bytes.
enum ModelServerMetrics {
  private static let prefix: StaticString = "vllm:"

  private struct Figures {
    var running: Double?
    var waiting: Double?
    var cacheUsage: Double?
    var maximum: Double?
  }

  /// `nil` when the page does not say how many requests run and wait.
  static func report(_ page: Span<UInt8>) -> BackendReport? {
    var figures = Figures()
    var start = 0
    while start < page.count {
      var end = start
      while end < page.count, page[end] != ByteClass.lineFeed { end &+= 1 }
      if starts(page, start..<end, with: prefix) { read(page, start..<end, into: &figures) }
      start = end + 1
    }
    guard let running = figures.running.flatMap(count), let waiting = figures.waiting.flatMap(count) else { return nil }
    return BackendReport(
      running: running, waiting: waiting, kvCacheUsage: figures.cacheUsage ?? 0,
      maximumSequences: figures.maximum.flatMap(count).flatMap { $0 > 0 ? $0 : nil })
  }

  private static func read(_ page: Span<UInt8>, _ line: Range<Int>, into figures: inout Figures) {
    var nameEnd = line.lowerBound
    while nameEnd < line.upperBound, page[nameEnd] != UInt8(ascii: "{"), page[nameEnd] != 0x20 { nameEnd += 1 }
    let name = line.lowerBound..<nameEnd
    // Several engines of one server: requests add up, the fullest cache decides.
    if page.equals("vllm:num_requests_running", at: name) {
      figures.running = value(page, line).map { (figures.running ?? 0) + $0 } ?? figures.running
    } else if page.equals("vllm:num_requests_waiting", at: name) {
      figures.waiting = value(page, line).map { (figures.waiting ?? 0) + $0 } ?? figures.waiting
    } else if page.equals("vllm:kv_cache_usage_perc", at: name) || page.equals("vllm:gpu_cache_usage_perc", at: name) {
      // The second name is what older servers call it.
      figures.cacheUsage = value(page, line).map { max(figures.cacheUsage ?? 0, $0) } ?? figures.cacheUsage
    } else if page.equals("vllm:max_num_seqs", at: name) {
      figures.maximum = value(page, line).map { (figures.maximum ?? 0) + $0 } ?? figures.maximum
    }
  }

  /// The number behind the name and labels of a line; what may follow it is a timestamp, which vLLM does not write.
  private static func value(_ page: Span<UInt8>, _ line: Range<Int>) -> Double? {
    var end = line.upperBound
    while end > line.lowerBound, page[end - 1] == 0x20 || page[end - 1] == ByteClass.carriageReturn { end -= 1 }
    var start = end
    while start > line.lowerBound, page[start - 1] != 0x20 { start -= 1 }
    guard start < end, start > line.lowerBound else { return nil }
    return Double(page.text(start..<end))
  }

  private static func starts(_ page: Span<UInt8>, _ line: Range<Int>, with text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    return line.count >= length && page.equals(text, at: line.lowerBound..<line.lowerBound + length)
  }

  private static func count(_ value: Double) -> Int? { value >= 0 && value < 1e9 ? Int(value) : nil }
}
