import JSON

/// A column that `kubectl get` shows.
package struct PrinterColumn: Sendable, Equatable {
  package let name: String
  /// `string`, `integer`, `number`, `boolean` or `date`.
  package let type: String
  package let format: String
  package let description: String
  /// 0 always shows; greater only with `-o wide`.
  package let priority: Int
  let source: Source

  enum Source: Sendable, Equatable {
    case name
    /// The first value of a path, or this where there is none.
    case path(JSONPath, absent: JSONValue)
    /// The time since a moment.
    case since(JSONPath)
    case builtin(BuiltinCell)
  }

  /// `.metadata.name`.
  static let objectName = PrinterColumn(
    name: "Name", type: "string", format: "name",
    description: "Name must be unique within a namespace.", priority: 0, source: .name)

  /// The time since `.metadata.creationTimestamp`.
  static let age = since("Age", ["metadata", "creationTimestamp"])

  static func since(_ name: String, _ members: [String]) -> PrinterColumn {
    PrinterColumn(
      name: name, type: "string", format: "", description: "", priority: 0,
      source: .since(JSONPath(text: "", steps: members.map { .member($0) })))
  }

  /// A column of `additionalPrinterColumns`. Throws when its path makes no sense.
  init(_ json: JSONValue) throws(JSONPathError) {
    name = json["name"]?.string ?? ""
    type = json["type"]?.string ?? "string"
    format = json["format"]?.string ?? ""
    let path = try JSONPath(json["jsonPath"]?.string ?? "")
    description = json["description"]?.string ?? "Custom resource definition column (in JSONPath format): \(path.text)"
    priority = json["priority"]?.int ?? 0
    source = type == "date" ? .since(path) : .path(path, absent: .null)
  }

  init(name: String, type: String, format: String, description: String, priority: Int, source: Source) {
    self.name = name
    self.type = type
    self.format = format
    self.description = description
    self.priority = priority
    self.source = source
  }

  var definition: JSONValue {
    [
      "name": .string(name), "type": .string(type), "format": .string(format), "description": .string(description),
      "priority": JSONValue(priority),
    ]
  }

  /// What the column shows of `object`.
  func cell(of object: JSONValue, now: Int64) -> JSONValue {
    switch source {
    case .name: return object[["metadata", "name"]] ?? ""
    case .path(let path, let absent): return path.values(in: object).first.map(typed) ?? absent
    case .since(let path):
      let time = path.values(in: object).first?.string
      if time == nil, path.members != ["metadata", "creationTimestamp"] { return type == "date" ? .null : "<none>" }
      return .string(HumanDuration.since(time, now: now))
    case .builtin(let cell): return cell.value(of: object, now: now)
    }
  }

  private func typed(_ value: JSONValue) -> JSONValue {
    switch type {
    case "integer": return value.int.map { JSONValue($0) } ?? .null
    case "number": return value.double.map { .double($0) } ?? .null
    case "boolean": return value.bool.map { .bool($0) } ?? .null
    default: return value.string == nil ? .string(value.text()) : value
    }
  }
}
