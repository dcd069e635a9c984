import JSON

/// The OpenAPI v2 document (`/openapi/v2`), which kubectl up to 1.26 reads for validation, explain and dry-run.
package enum OpenAPIV2 {
  package static let contentType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"

  /// - Parameter kinds: what is served beside the built-in kinds.
  package static func document(builtin: BuiltinKinds, kinds: [ResourceDefinition]) -> JSONValue {
    let kinds = builtin.definitions + kinds.filter(\.isCustom)
    return [
      "swagger": "2.0", "info": ["title": "Kubernetes", "version": "unversioned"],
      "paths": .object(OpenAPIPaths.paths(of: kinds, .two)),
      "definitions": .object(OpenAPIDefinitions(builtin: builtin).collect(kinds, convert: simplified)),
    ]
  }

  /// The document in the protobuf form of gnostic, which is the only one that client-go reads.
  package static func protobuf(_ document: JSONValue) -> [UInt8] {
    var message = ProtobufWriter()
    message.string(1, document["swagger"]?.string)
    message.message(2) { info in
      info.string(1, document[["info", "title"]]?.string)
      info.string(2, document[["info", "version"]]?.string)
    }
    message.message(8) { paths in
      for path in document["paths"]?.object ?? [:] { paths.named(2, path.key) { $0.pathItem(path.value) } }
    }
    message.message(9) { definitions in
      for definition in document["definitions"]?.object ?? [:] { definitions.named(1, definition.key) { $0.schema(definition.value) } }
    }
    return message.bytes
  }

  /// A CRD's schema in the words of v2, which has no anyOf, oneOf, not or nullable; clients that validate must not be stricter than
  /// the server, so what v2 cannot say is left open.
  static func simplified(_ json: JSONValue) -> JSONValue {
    guard var object = json.object else { return json }
    for word in ["anyOf", "oneOf", "not", "allOf", "x-kubernetes-validations", "default"] { object.removeValue(forKey: word) }
    if object["x-kubernetes-int-or-string"]?.bool ?? false { object.removeValue(forKey: "type") }
    if object.removeValue(forKey: "nullable")?.bool ?? false {
      for word in ["type", "items", "properties", "additionalProperties", "required", "enum", "format"] { object.removeValue(forKey: word) }
    }
    if object["x-kubernetes-preserve-unknown-fields"]?.bool ?? false {
      for word in ["items", "properties", "additionalProperties", "required"] { object.removeValue(forKey: word) }
    }
    if let properties = object["properties"]?.object {
      object["properties"] = .object(JSONObject(properties.map { ($0.key, simplified($0.value)) }))
    }
    for word in ["items", "additionalProperties"] { object[word] = object[word].map(simplified) }
    return .object(object)
  }
}
