import ArgumentParser
import JSON
import Kubernetes
import Planning
import PolicyFormat
import QoSAPI
import YAML

/// What is to be planned: fields of a ModelDeployment's `spec` and of a scenario, from a file, from options, or from both.
///
///     SpecFile ─▶ PlanScenario ─ options ─▶ base ─ --set ─▶ changed ─ read ─▶ ModelDeployment, PlanRequest
struct PlanScenario {
  private(set) var name: String
  /// The fields, those of a scenario beside those of the deployment.
  private(set) var fields: JSONValue
  /// Where it was read; `nil` when there is no file.
  let file: String?
  private let positions: YAMLPositions?
  private let isManifest: Bool
  /// `metadata` of a manifest.
  private let metadata: JSONValue?
  private let schema: SpecSchema
  /// Fields below `planning` that the file has without that word around them.
  private let shortFields: Set<String>
  /// Paths that were changed, with the words that did.
  private var changes: [(path: String, words: String)] = []

  /// Nothing yet: options say the rest.
  init(schema: SpecSchema) {
    self.schema = schema
    (name, fields, file, positions, isManifest, metadata, shortFields) = ("", [:], nil, nil, false, nil, [])
  }

  init(_ entry: SpecFile.Entry, file: String, schema: SpecSchema) throws {
    self.schema = schema
    self.file = file
    name = entry.name
    positions = entry.positions
    isManifest = entry.isManifest
    metadata = isManifest ? entry.json["metadata"] : nil
    fields = isManifest ? entry.json["spec"] ?? [:] : entry.json
    shortFields = isManifest ? [] : Set(SpecSchema.planningFields.filter { entry.json[$0] != nil })
    let forbidden = isManifest ? SpecSchema.scenarioFields : []
    let unknown = schema.unknownFields(in: fields) + forbidden.filter { fields[$0] != nil }
    guard unknown.isEmpty else {
      throw ValidationError(
        unknown.map { "\(place($0))\($0) is no field; \(Self.advice(schema.nearest(to: $0)))" }.joined(separator: "\n"))
    }
    for field in SpecSchema.planningFields where shortFields.contains(field) { try moveBelowPlanning(field) }
  }

  /// `weights` and `minimumConfidence` of a scenario are those of `planning`.
  private mutating func moveBelowPlanning(_ field: String) throws {
    guard fields[["planning", field]] == nil, fields["planning"] == nil || fields["planning"]?.object != nil else {
      throw ValidationError("\(place(field))\(field) says what planning.\(field) says too; write only one of them")
    }
    fields[["planning", field]] = fields[field]
    fields[field] = nil
  }

  /// Replaces what stands at `path`. Of the two ways to state the traffic the newer one stays.
  mutating func set(_ path: String, to value: JSONValue, words: String) throws {
    do {
      var steps = try FieldPath(path, example: "traffic.expectedQPS").steps
      if steps.first == "spec", steps.count > 1 { steps.removeFirst() }
      if let first = steps.first, SpecSchema.planningFields.contains(first) { steps.insert("planning", at: 0) }
      let plain = steps.joined(separator: ".")
      guard schema.knows(steps) else { throw PolicyError(path: path, reason: "is no field; \(Self.advice(schema.nearest(to: plain)))") }
      if plain == "traffic.expectedQPS" { fields[["traffic", "concurrentUsers"]] = nil }
      if plain == "traffic.concurrentUsers" { fields[["traffic", "expectedQPS"]] = nil }
      fields = try FieldPath(steps).set(value, in: fields)
      changes.append((plain, words))
      if plain == "name", let new = value.string { name = new }
    } catch let error as PolicyError {
      throw ValidationError("\(words): \(error)")
    }
  }

  mutating func set(_ change: SettingChange) throws {
    try set(change.path, to: change.value, words: "--set \(change.text)")
  }

  private static func advice(_ nearest: [String]) -> String { "did you mean \(nearest.joined(separator: ", "))?" }

  /// `file:line: ` of a field; empty when no file has it.
  private func place(_ field: String) -> String {
    guard let file else { return "" }
    guard let positions else { return "\(file): " }
    var field = field
    if let short = shortFields.first(where: { "\(field).".hasPrefix("planning.\($0).") }) {
      field = short + field.dropFirst("planning.\(short)".count)
    }
    return "\(file):\(positions.line(of: isManifest ? "spec.\(field)" : field)): "
  }

  /// A mistake in `field`, with where it was written and the words that wrote it.
  func mistake(in field: String, _ text: String) -> String {
    let field = field.hasPrefix("spec.") ? String(field.dropFirst(5)) : field
    if let change = changes.last(where: { field == $0.path || field.hasPrefix("\($0.path).") || $0.path.hasPrefix("\(field).") }) {
      return "\(text) (\(change.words))"
    }
    return place(field) + text
  }

  // MARK: What the file is saved as

  /// The fields as a file of their own: ``SpecFile`` reads it again.
  var saved: JSONValue {
    var json: JSONValue = ["name": .string(title)]
    for member in fields.object ?? [:] where member.key != "name" { json[member.key] = member.value }
    return json
  }

  /// For columns and titles.
  var title: String {
    if !name.isEmpty { return name }
    return ObjectName.fitting(fields["useCase"]?.string ?? fields["model"]?.string ?? "plan")
  }

  /// As the API server would hold it, without what only a scenario has.
  func object(namespace: String) -> KubeObject {
    var object = KubeObject(.modelDeployment, namespace: metadata?["namespace"]?.string ?? namespace, name: title)
    var spec = fields
    for field in SpecSchema.scenarioFields { spec[field] = nil }
    object["spec"] = spec
    return object
  }
}
