import JSON
import Routing
import Scheduling
import TestKit
import YAML

/// Models to choose among.
enum Sample {
  static func model(
    _ name: String, quality: Double = 0.5, tier: QualityTier = .good, price: Double = 1, tasks: [TaskType] = [.completion],
    window: Int = 8192, capabilities: [String] = [], memoryGB: Double? = nil, backends: Int = 1
  ) -> ModelFacts {
    var facts = ModelFacts(
      name: name, contextWindow: window, tier: tier,
      backends: (0..<backends).map { ModelBackend(kind: .pool, pool: "\(name)-\($0)", model: name) })
    for task in tasks { facts.tasks[task] = TaskQuality(score: quality) }
    facts.price = TokenPrice(inputPerMillion: price, outputPerMillion: price)
    facts.capabilities = capabilities
    facts.memoryBytes = memoryGB.map { Int64($0 * 1e9) }
    return facts
  }

  static func router(_ models: [ModelFacts], rules: String = "[]") throws -> ModelRouter {
    let yaml = try YAMLParser.documents(rules)
    var parsed: [RoutingRule] = []
    // Read as a file would be, with one model.
    let file: JSONValue = ["models": [try Sample.modelJSON()], "rules": yaml.first ?? []]
    parsed = try RoutingConfiguration(json: file).rules.rules
    return ModelRouter(catalog: ModelCatalog(models), rules: RoutingRules(parsed))
  }

  static func modelJSON() throws -> JSONValue {
    ["name": "a", "contextWindow": 8192, "qualityTier": "good", "backends": [["pool": "a"]], "tasks": ["completion": 0.5]]
  }

  static func request(_ task: TaskType = .completion, _ change: (inout TaskRequest) -> Void = { _ in }) -> TaskRequest {
    var request = TaskRequest(task)
    change(&request)
    return request
  }
}

extension ModelRouter {
  func names(_ selection: ModelSelection) -> [String] { selection.ranked.map { catalog.models[$0.model].name } }
  func chosen(_ selection: ModelSelection) -> String? { names(selection).first }
  func reason(_ name: String, _ selection: ModelSelection) -> ModelRejection.Reason? {
    selection.rejected.first { catalog.models[$0.model].name == name }?.reason
  }
}
