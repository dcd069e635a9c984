import Scheduling

/// Prometheus' text format (version 0.0.4), or OpenMetrics (1.0.0) for whoever asks for it.
struct MetricsText {
  enum Format {
    case prometheus, openMetrics

    var contentType: StaticString {
      switch self {
      case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
      case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
      }
    }

    /// OpenMetrics for a client whose `Accept` names it: only collectors do, and they prefer it.
    init(accepts lines: [HeaderLine], in bytes: Span<UInt8>) {
      self = .prometheus
      for line in lines where bytes.matches("accept", at: line.name) {
        HeadScanner.forEachListElement(bytes, line.value) { element in
          var end = element.lowerBound
          while end < element.upperBound, bytes[end] != UInt8(ascii: ";"), !ByteClass.isBlank(bytes[end]) { end += 1 }
          if bytes.matches("application/openmetrics-text", at: element.lowerBound..<end) { self = .openMetrics }
        }
      }
    }
  }

  enum Kind: String { case gauge, counter, histogram }

  let format: Format
  private(set) var text = ""

  init(_ format: Format) { self.format = format }

  /// - Parameter name: That of its samples; OpenMetrics names a counter without `_total`.
  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    let name = kind == .counter && format == .openMetrics && name.hasSuffix("_total") ? String(name.dropLast(6)) : name
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
    text += name
    if !labels.isEmpty { text += "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}" }
    text += " \(Self.number(value))\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: UInt64) { sample(name, labels, Double(value)) }
  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Int) { sample(name, labels, Double(value)) }

  mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: Histogram) {
    var total: UInt64 = 0
    for (bound, count) in zip(histogram.layout.seconds, histogram.buckets) {
      total += count
      sample("\(name)_bucket", labels + [("le", format == .openMetrics ? "\(bound)" : Self.number(bound))], total)
    }
    sample("\(name)_bucket", labels + [("le", "+Inf")], histogram.count)
    sample("\(name)_sum", labels, Double(histogram.totalNanoseconds) / 1e9)
    sample("\(name)_count", labels, histogram.count)
  }

  /// Nothing follows.
  mutating func finish() {
    if format == .openMetrics { text += "# EOF\n" }
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func escaped(_ value: String) -> String {
    guard value.contains(where: { $0 == "\\" || $0 == "\"" || $0 == "\n" || $0 == "\r\n" }) else { return value }
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
