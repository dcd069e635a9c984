import JSON

/// OpenAPI v3 (`/openapi/v3`): an index and a document for each group and version.
package enum OpenAPIV3 {
  /// - Parameter digests: path (`api/v1`, `apis/apps/v1`) → digest of its document.
  package static func index(digests: [(path: String, digest: String)]) -> JSONValue {
    var paths = JSONObject()
    for entry in digests {
      paths[entry.path] = ["serverRelativeURL": .string("/openapi/v3/\(entry.path)?hash=\(entry.digest)")]
    }
    return ["paths": .object(paths)]
  }

  /// - Parameter kinds: everything that is served; those of other groups and versions are left out.
  package static func document(group: String, version: String, builtin: BuiltinKinds, kinds: [ResourceDefinition]) -> JSONValue {
    let own = kinds.filter { $0.type.group == group && $0.type.version == version }
    let schemas = OpenAPIDefinitions(builtin: builtin).collect(own) { $0 }
    return [
      "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "unversioned"],
      "paths": .object(OpenAPIPaths.paths(of: own, .three)),
      "components": ["schemas": .object(JSONObject(schemas.map { ($0.key, relocated($0.value)) }))],
    ]
  }

  /// References point to where v3 keeps schemas, and stand alone: beside other words they go into `allOf`.
  private static func relocated(_ json: JSONValue) -> JSONValue {
    switch json {
    case .array(let elements): return .array(elements.map(relocated))
    case .object(var object):
      guard let reference = object["$ref"]?.string else {
        return .object(JSONObject(object.map { ($0.key, relocated($0.value)) }))
      }
      let name = reference.split(separator: "/").last.map(String.init) ?? ""
      let moved: JSONValue = ["$ref": .string("#/components/schemas/\(name)")]
      guard object.count > 1 else { return moved }
      object.removeValue(forKey: "$ref")
      object["allOf"] = [moved]
      return .object(object)
    default: return json
    }
  }
}
