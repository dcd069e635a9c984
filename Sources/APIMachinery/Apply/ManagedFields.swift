import JSON

/// Who owns which fields of an object: `metadata.managedFields`.
package struct ManagedFields: Sendable, Equatable {
  package enum Operation: String, Sendable {
    case apply = "Apply"
    case update = "Update"
  }

  package struct Entry: Sendable, Equatable {
    package var manager: String
    package var operation: Operation
    package var apiVersion: String
    /// Empty for the object itself.
    package var subresource: String
    /// RFC 3339, seconds.
    package var time: String?
    package var fields: FieldSet

    /// Whether both are records of one manager: an applier is the same in every version.
    func isSameManager(as other: Entry) -> Bool {
      manager == other.manager && operation == other.operation && subresource == other.subresource
        && (operation == .apply || apiVersion == other.apiVersion)
    }

    /// As conflict messages name it: `"kubectl" using apps/v1`.
    var title: String {
      var text = JSONValue(manager).text()
      if !subresource.isEmpty { text += " with subresource \(JSONValue(subresource))" }
      return operation == .update ? "\(text) using \(apiVersion)" : text
    }
  }

  package var entries: [Entry]

  package init(_ entries: [Entry] = []) { self.entries = entries }

  /// Reads `metadata.managedFields` of an object; entries that make no sense are left out.
  package init(of object: JSONValue?) {
    entries = (object?[["metadata", "managedFields"]]?.array ?? []).compactMap(Entry.init)
  }

  /// As `metadata.managedFields`: appliers first, then by time.
  package var json: JSONValue {
    let sorted = entries.filter { !$0.fields.isEmpty }.sorted { left, right in
      if left.operation != right.operation { return left.operation == .apply }
      if left.time != right.time { return (left.time ?? "") < (right.time ?? "") }
      return (left.manager, left.apiVersion, left.subresource) < (right.manager, right.apiVersion, right.subresource)
    }
    return .array(sorted.map(\.json))
  }

  func entry(like entry: Entry) -> Entry? { entries.first { $0.isSameManager(as: entry) } }
}

extension ManagedFields.Entry {
  init?(_ json: JSONValue) {
    guard let operation = json["operation"]?.string.flatMap(ManagedFields.Operation.init(rawValue:)), let fields = json["fieldsV1"],
      fields.object != nil
    else { return nil }
    self.init(
      manager: json["manager"]?.string ?? "", operation: operation, apiVersion: json["apiVersion"]?.string ?? "",
      subresource: json["subresource"]?.string ?? "", time: json["time"]?.string, fields: FieldSet(fields))
  }

  var json: JSONValue {
    var object: JSONObject = [
      "apiVersion": .string(apiVersion), "fieldsType": "FieldsV1", "fieldsV1": fields.json, "manager": .string(manager),
      "operation": .string(operation.rawValue),
    ]
    if !subresource.isEmpty { object["subresource"] = .string(subresource) }
    if let time { object["time"] = .string(time) }
    return .object(object)
  }
}
