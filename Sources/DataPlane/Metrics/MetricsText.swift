import Scheduling

/// Prometheus' text format (version 0.0.4).
struct MetricsText {
  private(set) var text = ""

  mutating func family(_ name: String, _ type: String, _ help: String) { text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" }

  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
    text += name
    if !labels.isEmpty { text += "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}" }
    text += " \(Self.number(value))\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: UInt64) { sample(name, labels, Double(value)) }
  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Int) { sample(name, labels, Double(value)) }

  mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: Histogram) {
    var total: UInt64 = 0
    for (bound, count) in zip(Histogram.bounds, histogram.buckets) {
      total += count
      sample("\(name)_bucket", labels + [("le", Self.number(bound))], total)
    }
    sample("\(name)_bucket", labels + [("le", "+Inf")], histogram.count)
    sample("\(name)_sum", labels, Double(histogram.totalNanoseconds) / 1e9)
    sample("\(name)_count", labels, histogram.count)
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func escaped(_ value: String) -> String {
    guard value.contains(where: { $0 == "\\" || $0 == "\"" || $0 == "\n" }) else { return value }
    var text = ""
    for character in value {
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
    return text
  }
}
