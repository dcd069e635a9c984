/// The metrics of one model, as expressions: those that our data plane counts, and those of vLLM.
struct MonitoredModel {
  let namespace: String
  let name: String

  init(_ intent: ServingIntent) {
    namespace = intent.namespace
    name = intent.name
  }

  /// A metric of the data plane.
  func own(_ metric: String, _ more: String = "", tier: String? = nil) -> String {
    let tier = tier.map { ",tier=\(PromQL.string($0))" } ?? ""
    return "\(metric){namespace=\(PromQL.string(namespace)),model=\(PromQL.string(name))\(tier)\(more.isEmpty ? "" : ",\(more)")}"
  }

  /// A metric of the model servers.
  func engine(_ metric: String, _ more: String = "") -> String {
    "vllm:\(metric){namespace=\(PromQL.string(namespace)),model_name=\(PromQL.string(name))\(more.isEmpty ? "" : ",\(more)")}"
  }

  /// Several data planes count, each for itself.
  func byModel(_ expression: String) -> String { "sum by (namespace, model) (\(expression))" }
  func byTier(_ expression: String) -> String { "sum by (namespace, model, tier) (\(expression))" }

  // MARK: Shares

  /// Requests that the servers or their connections failed; what callers gave up is nobody's failure.
  static let failed = "outcome=~\"upstream_failed|broken\""
  static let judged = "outcome!=\"client_gone\""

  /// A recorded series of this model.
  func recorded(_ series: String, tier: String) -> String { own("namespace_model_tier:\(series)", tier: tier) }
}
