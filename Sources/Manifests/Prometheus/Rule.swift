import JSON

/// One rule of a group of Prometheus: what is computed once and kept, or what somebody is told.
enum Rule {
  case recording(name: String, expression: String, labels: [String: String] = [:])
  case alerting(Alert)

  var json: JSONValue {
    switch self {
    case .recording(let name, let expression, let labels):
      var json: JSONValue = ["record": .string(name), "expr": .string(expression)]
      if !labels.isEmpty { json["labels"] = JSONValue(labels) }
      return json
    case .alerting(let alert): return alert.json
    }
  }
}

struct Alert {
  enum Severity: String {
    /// Somebody gets up for it.
    case critical
    /// Somebody looks at it in working hours.
    case warning
  }

  var name: String
  var expression: String
  /// Prometheus' spelling of a duration: how long it has to hold.
  var hold: String
  /// How long it still fires once it does not hold, so that it does not flap.
  var keepFiring: String? = "5m"
  var severity: Severity
  var labels: [String: String] = [:]
  var summary: String
  var description: String
  var runbookURL: String?

  var json: JSONValue {
    var json: JSONValue = ["alert": .string(name), "expr": .string(expression), "for": .string(hold)]
    if let keepFiring { json["keep_firing_for"] = .string(keepFiring) }
    json["labels"] = JSONValue(labels.merging(["severity": severity.rawValue]) { own, _ in own })
    var annotations = ["summary": summary, "description": description]
    if let runbookURL { annotations["runbook_url"] = Self.page(of: name, at: runbookURL) }
    json["annotations"] = JSONValue(annotations)
    return json
  }

  private static func page(of name: String, at base: String) -> String {
    base.hasSuffix("/") ? "\(base)\(name).md" : "\(base)/\(name).md"
  }
}
