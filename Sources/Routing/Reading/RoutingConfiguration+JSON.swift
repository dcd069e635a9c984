import JSON
import PolicyFormat

extension RoutingConfiguration {
  /// Reads a file of models, strictly: an error names the field's path and says what to write.
  package init(json: JSONValue) throws(PolicyError) {
    var reader = try FieldReader(json, path: "")
    guard let elements = try reader.array("models"), !elements.isEmpty else {
      throw PolicyError(path: "models", reason: "is missing: write a list of at least one model")
    }
    guard elements.count <= ModelCatalog.maximumModels else {
      throw PolicyError(path: "models", reason: "has \(elements.count) models: write at most \(ModelCatalog.maximumModels)")
    }
    var models: [ModelFacts] = []
    for element in elements { models.append(try ModelFacts(json: element.value, path: element.path)) }
    try Self.check(models)
    self.init(models: models)
    var rules: [RoutingRule] = []
    for element in try reader.array("rules") ?? [] { rules.append(try RoutingRule(json: element.value, path: element.path)) }
    guard rules.count <= RoutingRules.maximumRules else {
      throw PolicyError(path: "rules", reason: "has \(rules.count) rules: write at most \(RoutingRules.maximumRules)")
    }
    self.rules = RoutingRules(rules)
    if let fields = try reader.object("weights") { weights = try SelectionWeights(fields, standard: .standard) }
    if var memory = try reader.object("memory") {
      if let reserve = try memory.number("reserveGB") {
        memoryReserveBytes = try Self.bytes(gigabytes: reserve, path: memory.path("reserveGB"))
      }
      try memory.finish()
    }
    for element in try Self.elements(&reader, "budgets") { budgets.append(try SpendingBudget(json: element.value, path: element.path)) }
    for element in try Self.elements(&reader, "limits") { limits.append(try UsageLimit(json: element.value, path: element.path)) }
    learning = try reader.object("learning").map { (fields) throws(PolicyError) in try LearningSettings(fields) }
    try reader.finish()
  }

  private static func elements(_ reader: inout FieldReader, _ field: String) throws(PolicyError) -> [(value: JSONValue, path: String)] {
    let elements = try reader.array(field) ?? []
    guard elements.count <= 1000 else { throw PolicyError(path: field, reason: "has \(elements.count) elements: write at most 1000") }
    return elements
  }

  static func bytes(gigabytes: Double, path: String) throws(PolicyError) -> Int64 {
    guard gigabytes >= 0, gigabytes <= 1e6 else { throw PolicyError(path: path, reason: "is \(gigabytes): write GB from 0 to 1000000") }
    return Int64(gigabytes * 1e9)
  }

  /// What one model alone cannot show.
  private static func check(_ models: [ModelFacts]) throws(PolicyError) {
    var names = Set<String>()
    var capabilities = Set<String>()
    for (index, model) in models.enumerated() {
      guard names.insert(model.name).inserted else {
        throw PolicyError(path: "models[\(index)].name", reason: "'\(model.name)' is given twice: names must be distinct")
      }
      capabilities.formUnion(model.capabilities)
      guard capabilities.count <= ModelCatalog.maximumCapabilities else {
        throw PolicyError(
          path: "models[\(index)].capabilities",
          reason: "brings the distinct capabilities to \(capabilities.count): all models together have at most "
            + "\(ModelCatalog.maximumCapabilities)")
      }
    }
    for (index, model) in models.enumerated() {
      for (place, name) in model.fallbacks.enumerated() where !names.contains(name) || name == model.name {
        throw PolicyError(
          path: "models[\(index)].fallbacks[\(place)]",
          reason: name == model.name
            ? "is the model itself: write another one" : "'\(name)' is no model: write one of \(nearest(names, name))")
      }
    }
  }

  /// A few names, those that begin alike first.
  private static func nearest(_ names: Set<String>, _ name: String) -> String {
    func common(_ other: String) -> Int { zip(other.utf8, name.utf8).prefix { $0 == $1 }.count }
    let sorted = names.map { (common($0), $0) }.sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }
    return sorted.prefix(5).map(\.1).joined(separator: ", ")
  }
}

extension SelectionWeights {
  /// - Parameter standard: what a weight is that is left out.
  init(_ fields: FieldReader, standard: SelectionWeights) throws(PolicyError) {
    var reader = fields
    self = standard
    for (name, member) in [
      ("quality", \SelectionWeights.quality), ("latency", \.latency), ("cost", \.cost), ("headroom", \.headroom),
    ] {
      guard let weight = try reader.number(name) else { continue }
      guard weight >= 0, weight <= 1000 else {
        throw PolicyError(path: reader.path(name), reason: "is \(weight): write a weight from 0 to 1000")
      }
      self[keyPath: member] = weight
    }
    try reader.finish()
    guard sum > 0 else { throw PolicyError(path: reader.path, reason: "are all 0: then nothing counts; write at least one above 0") }
  }
}
