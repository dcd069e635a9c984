import APIMachinery
import JSON
import Kubernetes

// The steps between a client's object and the store, in their order. The first refusal ends them.
extension Proposal {
  /// Completes and checks the object.
  mutating func admit(now: Timestamp, catalog: Catalog) throws {
    let definition = try call.served.definition()
    keepSystemMetadata(now: now)
    // Go's decoder, which reads built-in kinds on a real server, takes null for absent.
    if !call.served.isCustom { object.json = object.json.droppingNulls }
    separateStatus()
    KindRules.complete(&object, live: live, call: call)
    try removeUnknownFields(definition.schema)
    object.json = definition.schema.applyingDefaults(to: object.json)
    object.json = object.json.leadingWithType
    try validate(definition, catalog: catalog)
    countGeneration()
    if !isManaged { recordManager(definition.schema, now: now) }
  }

  /// What only the server writes comes from the live object, whatever the client sent.
  private mutating func keepSystemMetadata(now: Timestamp) {
    let names = ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"]
    for name in names { object.json[["metadata", name]] = live?[["metadata", name]] }
    object.json[["metadata", "selfLink"]] = nil
    object.json[["metadata", "resourceVersion"]] = live?[["metadata", "resourceVersion"]]
    guard live == nil else { return }
    object[["metadata", "uid"]] = .string(UniqueID.random())
    object[["metadata", "creationTimestamp"]] = .string(now.rfc3339)
    if call.served.hasGeneration { object[["metadata", "generation"]] = 1 }
  }

  /// The object's own path does not write status, and `/status` writes nothing else.
  private mutating func separateStatus() {
    guard call.served.hasStatus else { return }
    guard isStatusWrite, let live else {
      if call.subresource == nil { object.json["status"] = live?["status"] }
      return
    }
    var merged = live
    merged["status"] = object["status"]
    if isManaged { merged.json[["metadata", "managedFields"]] = object[["metadata", "managedFields"]] }
    object = merged
  }

  mutating func removeUnknownFields(_ schema: StructuralSchema) throws {
    let unknown = schema.prune(&object.json).map(StructuralSchema.unknownFieldMessage)
    guard !unknown.isEmpty else { return }
    switch options.fieldValidation {
    case .ignore: break
    case .warn: warnings += unknown
    case .strict:
      let type = call.served.type
      throw APIError.badRequest(
        "\(type.kind) in version \"\(type.version)\" cannot be handled as a \(type.kind): strict decoding error: "
          + unknown.joined(separator: ", "))
    }
  }

  private func validate(_ definition: ResourceDefinition, catalog: Catalog) throws {
    var errors = MetadataRules.errors(object, live: live, type: call.served.type)
    errors += definition.schema.validate(object.json, old: live?.json)
    errors += KindRules.errors(object, live: live, call: call)
    guard errors.isEmpty else { throw APIError.invalid(subject, errors) }
  }

  /// A generation is a desired state: metadata and status do not count. Without a status subresource, status counts.
  private mutating func countGeneration() {
    guard let live, call.served.hasGeneration, !isStatusWrite else { return }
    func desired(_ object: KubeObject) -> JSONObject {
      var desired = object.json.object ?? [:]
      for name in ["apiVersion", "kind", "metadata"] { desired.removeValue(forKey: name) }
      if call.served.hasStatus { desired.removeValue(forKey: "status") }
      return desired
    }
    if desired(object) != desired(live) { object[["metadata", "generation"]] = JSONValue(live.generation + 1) }
  }

  private mutating func recordManager(_ schema: StructuralSchema, now: Timestamp) {
    let manager = FieldManager(
      name: options.manager, subresource: call.subresource ?? "", time: now.rfc3339, hasStatus: call.served.hasStatus)
    object.json = ServerSideApply.update(object.json, from: live?.json, by: manager, schema: schema)
  }

  /// Whether the write would leave the object as it is: then there is nothing to write, and no new version.
  var changesNothing: Bool {
    guard let live else { return false }
    return Self.withoutManagerTimes(object) == Self.withoutManagerTimes(live)
  }

  private static func withoutManagerTimes(_ object: KubeObject) -> JSONValue {
    var json = object.json
    if let entries = json[["metadata", "managedFields"]]?.array {
      json[["metadata", "managedFields"]] = .array(
        entries.map { entry in
          var entry = entry
          entry["time"] = nil
          return entry
        })
    }
    return json
  }
}

extension JSONValue {
  /// The value without the members of objects that are null.
  var droppingNulls: JSONValue {
    switch self {
    case .object(let object):
      JSONValue.object(JSONObject(object.filter { !$0.value.isNull }.map { ($0.key, $0.value.droppingNulls) }))
    case .array(let elements): .array(elements.map(\.droppingNulls))
    default: self
    }
  }

  /// The members of an object with apiVersion, kind and metadata first, as people read them.
  var leadingWithType: JSONValue {
    guard case .object(let object) = self else { return self }
    var ordered = JSONObject()
    for name in ["apiVersion", "kind", "metadata"] { ordered[name] = object[name] }
    for member in object where ordered[member.key] == nil { ordered[member.key] = member.value }
    return .object(ordered)
  }
}
