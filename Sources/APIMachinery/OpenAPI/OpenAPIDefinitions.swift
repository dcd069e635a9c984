import JSON
import Kubernetes

/// The schemas of OpenAPI documents: those of built-in kinds as Kubernetes wrote them, those of CRDs as their authors did.
struct OpenAPIDefinitions {
  static let objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
  static let listMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"

  let builtin: BuiltinKinds

  /// The name of a kind's schema: `io.maas.qos.v1.QoSPolicy`.
  static func name(of definition: ResourceDefinition) -> String {
    if case .definition(let name) = definition.openAPI { return name }
    let reversed = definition.type.group.split(separator: ".").reversed().joined(separator: ".")
    return "\(reversed).\(definition.type.version).\(definition.type.kind)"
  }

  /// The schemas of `kinds`, of their lists, and everything that they refer to.
  ///
  /// - Parameter convert: what becomes of the schema of a CRD.
  func collect(_ kinds: [ResourceDefinition], convert: (JSONValue) -> JSONValue) -> JSONObject {
    var found: [String: JSONValue] = [:]
    var wanted: [String] = [Self.listMeta]
    for kind in kinds {
      let name = Self.name(of: kind)
      let schema = rootSchema(kind, convert: convert)
      found[name] = schema
      found[name + "List"] = Self.list(kind, of: name)
      wanted += Self.references(in: schema)
    }
    while let name = wanted.popLast() {
      guard found[name] == nil, let schema = builtin.openAPI[name] else { continue }
      found[name] = schema
      wanted += Self.references(in: schema)
    }
    return JSONObject(found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  private func rootSchema(_ kind: ResourceDefinition, convert: (JSONValue) -> JSONValue) -> JSONValue {
    switch kind.openAPI {
    case .definition(let name): return builtin.openAPI[name] ?? ["type": "object"]
    case .schema(let json):
      var schema = convert(json)
      let version = "APIVersion defines the versioned schema of this representation of an object."
      let word = "Kind is a string value representing the REST resource this object represents."
      if schema[["properties", "apiVersion"]] == nil {
        schema[["properties", "apiVersion"]] = ["type": "string", "description": .string(version)]
      }
      if schema[["properties", "kind"]] == nil { schema[["properties", "kind"]] = ["type": "string", "description": .string(word)] }
      schema[["properties", "metadata"]] = [
        "description": "Standard object's metadata.", "$ref": .string("#/definitions/\(Self.objectMeta)"),
      ]
      schema["x-kubernetes-group-version-kind"] = [Self.groupVersionKind(kind)]
      return schema
    }
  }

  private static func list(_ kind: ResourceDefinition, of name: String) -> JSONValue {
    let type = kind.type
    let text: JSONValue = ["type": "string"]
    return [
      "type": "object", "description": .string("\(kind.listKind) is a list of \(type.kind)"), "required": ["items"],
      "properties": [
        "apiVersion": text, "kind": text, "metadata": ["$ref": .string("#/definitions/\(listMeta)")],
        "items": ["type": "array", "items": ["$ref": .string("#/definitions/\(name)")]],
      ],
      "x-kubernetes-group-version-kind": [
        ["group": .string(type.group), "kind": .string(kind.listKind), "version": .string(type.version)]
      ],
    ]
  }

  static func groupVersionKind(_ kind: ResourceDefinition) -> JSONValue {
    ["group": .string(kind.type.group), "kind": .string(kind.type.kind), "version": .string(kind.type.version)]
  }

  private static func references(in json: JSONValue) -> [String] {
    switch json {
    case .object(let object):
      object.flatMap { member -> [String] in
        guard member.key == "$ref", let text = member.value.string else { return references(in: member.value) }
        return text.split(separator: "/").last.map { [String($0)] } ?? []
      }
    case .array(let elements): elements.flatMap(references)
    default: []
    }
  }
}
