import JSON
import Kubernetes

/// One row of the table of built-in kinds.
struct BuiltinKind: Sendable {
  let type: ResourceType
  /// Its name in the OpenAPI document, after `io.k8s.api.`: `core.v1.Pod`.
  let definition: String
  var shortNames: [String] = []
  var categories: [String] = []
  var hasStatus = false
  var countsGenerations = false
  var scale: ScaleSubresource?
  var selectableFields: [String] = []
  let columns: [PrinterColumn]

  /// - Parameter definition: `core.v1.Pod`.
  init(_ group: String, _ definition: String, _ plural: String, namespaced: Bool = true, _ columns: [PrinterColumn]) {
    let parts = definition.split(separator: ".").map(String.init)
    type = ResourceType(group: group, version: parts[1], kind: parts[2], plural: plural, namespaced: namespaced)
    self.definition = definition
    self.columns = columns
  }

  func with(_ change: (inout BuiltinKind) -> Void) -> BuiltinKind {
    var result = self
    change(&result)
    return result
  }

  static let replicas = ScaleSubresource(
    specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"], selector: ["spec", "selector"])
}

extension PrinterColumn {
  static func path(_ name: String, _ type: String, _ path: String, absent: JSONValue = "<none>", priority: Int = 0) -> PrinterColumn {
    let members = path.split(separator: ".").map { JSONPath.Step.member(String($0)) }
    return PrinterColumn(
      name: name, type: type, format: "", description: "", priority: priority,
      source: .path(JSONPath(text: path, steps: members), absent: absent))
  }

  static func count(_ name: String, _ path: String) -> PrinterColumn { .path(name, "integer", path, absent: 0) }

  static func cell(_ name: String, _ cell: BuiltinCell, type: String = "string", wide: Bool = false) -> PrinterColumn {
    PrinterColumn(name: name, type: type, format: "", description: "", priority: wide ? 1 : 0, source: .builtin(cell))
  }

  static let createdAt = path("Created At", "string", "metadata.creationTimestamp", absent: "<unknown>")
}
