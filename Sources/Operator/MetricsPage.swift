import ControllerRuntime

/// Samples of the runtime as a page in Prometheus' text format, every name under `podium_operator_`.
enum MetricsPage {
  static func text(_ samples: [RuntimeMetrics.Sample]) -> String {
    var page = ""
    var last = ""
    for sample in samples {
      let name = "podium_operator_" + sample.name
      if name != last {
        page += "# TYPE \(name) \(name.hasSuffix("_total") ? "counter" : "gauge")\n"
        last = name
      }
      let labels = sample.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escape($0.value))\"" }.joined(separator: ",")
      page += name + (labels.isEmpty ? "" : "{\(labels)}") + " \(sample.value)\n"
    }
    return page
  }

  private static func escape(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\\\"
      case "\"": "\\\""
      case "\n": "\\n"
      default: String(character)
      }
    }.joined()
  }
}
