import JSON
import PolicyFormat

extension ModelFacts {
  /// - Parameter path: Where the model stands in its file, for messages.
  init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    let name = try reader.required("name")
    guard (1...256).contains(name.utf8.count) else { throw PolicyError(path: reader.path("name"), reason: "must have 1 to 256 bytes") }
    guard let window = try reader.integer("contextWindow") else {
      throw PolicyError(path: reader.path("contextWindow"), reason: "is missing: write the tokens that prompt and answer may have together")
    }
    guard (1...1_000_000_000).contains(window) else {
      throw PolicyError(path: reader.path("contextWindow"), reason: "is \(window): write tokens, 1 or more")
    }
    guard let tier = try reader.choice("qualityTier", QualityTier.self) else {
      let tiers = QualityTier.allCases.map(\.rawValue).joined(separator: ", ")
      throw PolicyError(path: reader.path("qualityTier"), reason: "is missing: write one of \(tiers)")
    }
    var backends: [ModelBackend] = []
    for element in try reader.array("backends") ?? [] {
      backends.append(try ModelBackend(json: element.value, path: element.path, model: name))
    }
    guard (1...16).contains(backends.count) else {
      throw PolicyError(path: reader.path("backends"), reason: "has \(backends.count): write 1 to 16 places where the model can be asked")
    }
    self.init(name: name, contextWindow: window, tier: tier, backends: backends)
    capabilities = try Self.words(&reader, "capabilities")
    fallbacks = try Self.words(&reader, "fallbacks")
    speed = try reader.choice("speed", SpeedClass.self) ?? .medium
    try readTasks(&reader)
    try readPrice(&reader)
    if let memory = try reader.number("memoryGB") {
      memoryBytes = try RoutingConfiguration.bytes(gigabytes: memory, path: reader.path("memoryGB"))
    }
    if let fields = try reader.object("labels") {
      for member in fields.members {
        guard let value = member.value.string else {
          throw PolicyError(path: fields.path(member.name), reason: "is \(member.value.described): write a string")
        }
        labels[member.name] = value
      }
    }
    try reader.finish()
  }

  private static func words(_ reader: inout FieldReader, _ field: String) throws(PolicyError) -> [String] {
    let words = try reader.strings(field) ?? []
    for (index, word) in words.enumerated() {
      guard (1...256).contains(word.utf8.count), !words[..<index].contains(word) else {
        throw PolicyError(path: "\(reader.path(field))[\(index)]", reason: "'\(word)' is empty, too long or given twice")
      }
    }
    return words
  }

  private mutating func readTasks(_ reader: inout FieldReader) throws(PolicyError) {
    guard let fields = try reader.object("tasks"), !fields.members.isEmpty else {
      throw PolicyError(path: reader.path("tasks"), reason: "is missing: write at least one task with its quality, such as completion: 0.7")
    }
    for member in fields.members {
      guard let task = TaskType(rawValue: member.name) else {
        let known = TaskType.allCases.map(\.rawValue).joined(separator: ", ")
        throw PolicyError(path: fields.path(member.name), reason: "is no type of task: write one of \(known)")
      }
      tasks[task] = try TaskQuality(json: member.value, path: fields.path(member.name))
    }
  }

  private mutating func readPrice(_ reader: inout FieldReader) throws(PolicyError) {
    guard var fields = try reader.object("price") else { return }
    func dollars(_ field: String) throws(PolicyError) -> Double {
      guard let price = try fields.number(field) else {
        throw PolicyError(path: fields.path(field), reason: "is missing: write US dollars for a million tokens; 0 where they cost nothing")
      }
      guard price >= 0, price <= 1e6 else {
        throw PolicyError(path: fields.path(field), reason: "is \(price): write US dollars for a million tokens, 0 or more")
      }
      return price
    }
    price = TokenPrice(
      inputPerMillion: try dollars("inputPerMillionTokensUSD"), outputPerMillion: try dollars("outputPerMillionTokensUSD"))
    _ = try fields.string("source")
    try fields.finish()
  }
}

extension TaskQuality {
  /// A number, or an object with `score`, `source` and `byPromptTokens`.
  init(json: JSONValue, path: String) throws(PolicyError) {
    if let score = json.double {
      self.init(score: try Self.checked(score, path))
      return
    }
    var reader = try FieldReader(json, path: path)
    guard let score = try reader.number("score") else {
      throw PolicyError(path: reader.path("score"), reason: "is missing: write a share from 0 to 1")
    }
    self.init(score: try Self.checked(score, reader.path("score")), source: try reader.string("source") ?? "")
    for element in try reader.array("byPromptTokens") ?? [] {
      var fields = try FieldReader(element.value, path: element.path)
      guard let upTo = try fields.integer("upTo"), upTo > steps.last?.upTo ?? -1 else {
        throw PolicyError(path: fields.path("upTo"), reason: "must be a number of tokens above that of the step before")
      }
      guard let score = try fields.number("score") else {
        throw PolicyError(path: fields.path("score"), reason: "is missing: write a share from 0 to 1")
      }
      try fields.finish()
      steps.append(Step(upTo: upTo, score: try Self.checked(score, fields.path("score"))))
    }
    guard steps.count <= 64 else {
      throw PolicyError(path: reader.path("byPromptTokens"), reason: "has \(steps.count) steps: write at most 64")
    }
    try reader.finish()
  }

  private static func checked(_ score: Double, _ path: String) throws(PolicyError) -> Double {
    guard (0...1).contains(score) else { throw PolicyError(path: path, reason: "is \(score): write a share from 0 to 1") }
    return score
  }
}
