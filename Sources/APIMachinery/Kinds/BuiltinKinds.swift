import JSON
import Kubernetes

/// The built-in kinds, with the schemas of Kubernetes' own OpenAPI document (reduced by `hack/reduce-openapi`).
package struct BuiltinKinds: Sendable {
  /// In the order of discovery.
  package let definitions: [ResourceDefinition]
  /// The reduced document's `definitions`.
  package let openAPI: JSONObject

  /// - Parameter document: `Sources/ControlPlane/Resources/kubernetes-openapi.json`, parsed.
  package init(document: JSONValue) throws(FieldErrors) {
    guard let openAPI = document["definitions"]?.object else {
      throw FieldErrors([FieldError(.required, "definitions", detail: "the reduced OpenAPI document has no definitions")])
    }
    self.openAPI = openAPI
    var parser = SchemaParser(definitions: openAPI, checksStructure: false)
    definitions = BuiltinKind.all.map { ResourceDefinition($0, parser: &parser) }
    guard parser.errors.isEmpty else { throw FieldErrors(parser.errors) }
  }

  package func definition(of type: ResourceType) -> ResourceDefinition? { definitions.first { $0.type == type } }
}

extension ResourceDefinition {
  init(_ kind: BuiltinKind, parser: inout SchemaParser) {
    let name = "io.k8s.\(kind.type.group == "apiextensions.k8s.io" ? "apiextensions-apiserver.pkg.apis" : "api").\(kind.definition)"
    type = kind.type
    singular = kind.type.kind.lowercased()
    shortNames = kind.shortNames
    categories = kind.categories
    listKind = kind.type.kind + "List"
    schema = parser.schema(["$ref": .string("#/definitions/\(name)")], at: FieldPath(kind.type.kind), level: .root)
    columns = kind.columns
    hasStatus = kind.hasStatus
    scale = kind.scale
    isCustom = false
    countsGenerations = kind.countsGenerations
    isStorageVersion = true
    deprecationWarning = nil
    selectableFields = kind.selectableFields
    openAPI = .definition(name)
  }
}

extension StructuralSchema {
  /// An object of a built-in kind as Kubernetes' decoders read it: null members are absent ones, and quantities are text.
  package func decodingBuiltin(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let object):
      var result = JSONObject()
      for member in object where !member.value.isNull {
        result[member.key] = self.member(member.key)?.decodingBuiltin(member.value) ?? member.value
      }
      return .object(result)
    case .array(let elements): return .array(elements.map { items?.decodingBuiltin($0) ?? $0 })
    case .int, .double: return format == "quantity" ? .string(value.text()) : value
    default: return value
    }
  }
}
