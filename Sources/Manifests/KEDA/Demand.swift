/// How many requests a deployment has: what its servers hold, what waits in front of them, and what waits of protected tiers once more.
///
/// The number that Envoy or a server alone knows would never rise above what our scheduler lets through.
enum Demand {
  static func query(_ intent: ServingIntent) -> String {
    let servers = "{namespace=\(PromQL.string(intent.namespace)),model_name=\(PromQL.string(intent.name))}"
    let held = "sum(vllm:num_requests_running\(servers)) + sum(vllm:num_requests_waiting\(servers))"
    let queue = "namespace=\(PromQL.string(intent.namespace)),model=\(PromQL.string(intent.name))"
    var terms = ["(sum(qos_queue_depth{\(queue)}) or vector(0))"]
    for tier in intent.tiers where tier.isProtected {
      terms.append("(sum(qos_queue_depth{\(queue),tier=\(PromQL.string(tier.name))}) or vector(0))")
    }
    // Servers that are scaled to zero report nothing: only what waits can wake them.
    return ([intent.minReplicas == 0 ? "((\(held)) or vector(0))" : held] + terms).joined(separator: " + ")
  }
}

/// Words of the Prometheus query language.
enum PromQL {
  /// `text` as a string literal.
  static func string(_ text: String) -> String {
    var literal = "\""
    for character in text {
      switch character {
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "\n": literal += "\\n"
      default: literal.append(character)
      }
    }
    return literal + "\""
  }
}
