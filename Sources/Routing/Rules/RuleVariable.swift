import CEL

/// What rules may read.
package enum RuleVariable: String, Sendable, CaseIterable {
  /// What is asked for, and who asks.
  case request
  /// The catalogue's facts of the model that is looked at.
  case model
  /// How the best backend of that model is at the moment.
  case live
  /// The machine that this program runs on.
  case host

  /// Reading another field is a mistake that is found when the rule is read.
  var type: CELType {
    switch self {
    case .request:
      .object([
        "taskType": .string, "complexity": .string, "priority": .string, "qualityRequirement": .string, "costLimit": .double,
        "promptTokens": .int, "maxTokens": .int, "capabilities": .list(.string), "tenant": .string, "team": .string, "key": .string,
      ])
    case .model:
      .object([
        "name": .string, "capabilities": .list(.string), "backends": .list(.string), "contextWindow": .int,
        "inputPerMillionTokensUSD": .double, "outputPerMillionTokensUSD": .double, "memoryGB": .double, "qualityTier": .string,
        "speed": .string, "quality": .map(.double), "labels": .map(.string),
      ])
    case .live:
      .object([
        "health": .string, "breaker": .string, "load": .double, "cachePressure": .double, "queueSeconds": .double,
        "latencySeconds": .double, "isLoaded": .bool,
      ])
    case .host: .object(["memoryPressure": .double, "availableMemoryGB": .double, "cpuUsage": .double])
    }
  }

  static let ofRequests: [String: CELType] = types([.request, .host])
  static let ofModels: [String: CELType] = types(allCases)

  private static func types(_ variables: [RuleVariable]) -> [String: CELType] {
    Dictionary(variables.map { ($0.rawValue, $0.type) }) { first, _ in first }
  }
}

extension RuleVariable {
  /// `has(request.costLimit)` tells whether there is one; so for the tokens.
  static func value(_ request: TaskRequest) -> CELValue {
    map([
      ("taskType", .string(request.task.rawValue)), ("complexity", .string(request.complexity.rawValue)),
      ("priority", .string(request.priority.rawValue)), ("qualityRequirement", request.quality.map { .string($0.rawValue) }),
      ("costLimit", request.costLimitUSD.map { .double($0) }), ("promptTokens", request.promptTokens.map { .int(Int64($0)) }),
      ("maxTokens", request.maxTokens.map { .int(Int64($0)) }), ("capabilities", .list(request.capabilities.map { .string($0) })),
      ("tenant", .string(request.tenant)), ("team", .string(request.team)), ("key", .string(request.key)),
    ])
  }

  static func value(_ facts: ModelFacts) -> CELValue {
    let quality = map(TaskType.allCases.map { task in (task.rawValue, facts.tasks[task].map { .double($0.score) }) })
    let labels = map(facts.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    return map([
      ("name", .string(facts.name)), ("capabilities", .list(facts.capabilities.map { .string($0) })),
      ("backends", .list(facts.backends.map { .string($0.kind.rawValue) })), ("contextWindow", .int(Int64(facts.contextWindow))),
      ("inputPerMillionTokensUSD", .double(facts.price.input * 1e6)), ("outputPerMillionTokensUSD", .double(facts.price.output * 1e6)),
      ("memoryGB", facts.memoryBytes.map { .double(Double($0) / 1e9) }), ("qualityTier", .string(facts.tier.rawValue)),
      ("speed", .string(facts.speed.rawValue)), ("quality", quality), ("labels", labels),
    ])
  }

  static func value(_ backend: LiveBackend, task: TaskType) -> CELValue {
    let latency = backend.latencySeconds[task]
    return map([
      ("health", .string(backend.health.rawValue)), ("breaker", .string(backend.breaker.rawValue)), ("load", .double(backend.load)),
      ("cachePressure", .double(backend.cachePressure)), ("queueSeconds", .double(backend.queueSeconds)),
      ("latencySeconds", latency.isNaN ? nil : .double(latency)), ("isLoaded", .bool(backend.isLoaded)),
    ])
  }

  static func value(_ host: LiveHost) -> CELValue {
    map([
      ("memoryPressure", host.memoryPressure.map { .double($0) }),
      ("availableMemoryGB", host.availableBytes.map { .double(Double($0) / 1e9) }), ("cpuUsage", host.cpuUsage.map { .double($0) }),
    ])
  }

  /// A member without a value is not there.
  private static func map(_ members: [(String, CELValue?)]) -> CELValue {
    var map = CELMap()
    for (name, value) in members { map[.string(name)] = value }
    return .map(map)
  }
}
