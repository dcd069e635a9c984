/// Writes metrics in the Prometheus text format, each with the prefix `vllm:` and the labels of the engine.
struct MetricsPage {
  private(set) var text = ""
  private let labels: String

  init(labels: String) { self.labels = labels }

  static func escaped(_ label: String) -> String {
    label.reduce(into: "") { text, character in
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
  }

  mutating func gauge(_ name: String, _ help: String, _ value: Double) { gauge(name, help, [("", value)]) }

  mutating func gauge(_ name: String, _ help: String, _ values: [(labels: String, value: Double)]) {
    open(name, help, "gauge")
    for (extra, value) in values { line(name, extra, value) }
  }

  mutating func counter(_ name: String, _ help: String, _ value: Double) { counter(name, help, [("", value)]) }

  mutating func counter(_ name: String, _ help: String, _ values: [(labels: String, value: Double)]) {
    open("\(name)_total", help, "counter")
    for (extra, value) in values { line("\(name)_total", extra, value) }
  }

  mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
    open(name, help, "histogram")
    for (bound, count) in histogram.cumulative { line("\(name)_bucket", "le=\"\(bound)\"", Double(count)) }
    line("\(name)_bucket", "le=\"+Inf\"", Double(histogram.count))
    line("\(name)_count", "", Double(histogram.count))
    line("\(name)_sum", "", histogram.sum)
  }

  private mutating func open(_ name: String, _ help: String, _ type: String) {
    text += "# HELP vllm:\(name) \(help)\n# TYPE vllm:\(name) \(type)\n"
  }

  private mutating func line(_ name: String, _ extra: String, _ value: Double) {
    text += "vllm:\(name){\(labels)\(extra.isEmpty ? "" : ",")\(extra)} \(value)\n"
  }
}
