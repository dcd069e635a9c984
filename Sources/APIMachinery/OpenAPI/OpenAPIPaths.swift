import JSON

/// The paths of OpenAPI documents: as much as clients read. kubectl finds the kind of a resource by them, and by the parameters of
/// PATCH whether the server knows dryRun and fieldValidation.
enum OpenAPIPaths {
  enum Version {
    case two, three
  }

  static func paths(of kinds: [ResourceDefinition], _ version: Version) -> JSONObject {
    var paths = JSONObject()
    for kind in kinds {
      let place = kind.type.namespaced ? "/namespaces/{namespace}" : ""
      let collection = "\(kind.type.root)\(place)/\(kind.type.plural)"
      paths[collection] = item(kind, version, ["get": "list", "post": "create", "delete": "deletecollection"], isNamed: false)
      let verbs = ["get": "get", "put": "update", "patch": "patch"]
      paths[collection + "/{name}"] = item(kind, version, verbs.merging(["delete": "delete"]) { first, _ in first }, isNamed: true)
      if kind.type.namespaced { paths["\(kind.type.root)/\(kind.type.plural)"] = item(kind, version, ["get": "list"], isNamed: false) }
      if kind.hasStatus { paths[collection + "/{name}/status"] = item(kind, version, verbs, isNamed: true) }
    }
    return paths.sorted()
  }

  private static func item(_ kind: ResourceDefinition, _ version: Version, _ verbs: [String: String], isNamed: Bool) -> JSONValue {
    var item = JSONObject()
    for (method, action) in verbs.sorted(by: { $0.key < $1.key }) { item[method] = operation(kind, version, method, action) }
    var places = kind.type.namespaced ? ["namespace"] : []
    if isNamed { places.append("name") }
    item["parameters"] = .array(places.map { parameter($0, "path", "string", version) })
    return .object(item)
  }

  private static let writes = ["dryRun", "fieldManager", "fieldValidation"]

  private static func operation(_ kind: ResourceDefinition, _ version: Version, _ method: String, _ action: String) -> JSONValue {
    var parameters: [JSONValue] = []
    if ["post", "put", "patch"].contains(method) { parameters = writes.map { parameter($0, "query", "string", version) } }
    if method == "patch" { parameters.append(parameter("force", "query", "boolean", version)) }
    if method == "delete" { parameters = [parameter("dryRun", "query", "string", version)] }
    let reference: JSONValue = [
      "$ref": .string("#/\(version == .two ? "definitions" : "components/schemas")/\(OpenAPIDefinitions.name(of: kind))")
    ]
    var response: JSONValue = ["description": "OK"]
    if version == .two { response["schema"] = reference } else { response["content"] = ["application/json": ["schema": reference]] }
    return [
      "operationId": .string(identifier(kind, action, method)), "parameters": .array(parameters), "responses": ["200": response],
      "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": OpenAPIDefinitions.groupVersionKind(kind),
    ]
  }

  private static func identifier(_ kind: ResourceDefinition, _ action: String, _ method: String) -> String {
    let group =
      kind.type.group.isEmpty ? "core" : kind.type.group.split(separator: ".").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return "\(action)\(group)\(kind.type.version.uppercased())\(kind.type.kind)"
  }

  private static func parameter(_ name: String, _ place: String, _ type: String, _ version: Version) -> JSONValue {
    var result: JSONObject = ["name": .string(name), "in": .string(place)]
    if place == "path" { result["required"] = true }
    if version == .two { result["type"] = .string(type) } else { result["schema"] = ["type": .string(type)] }
    if version == .two { result["uniqueItems"] = true }
    return .object(result)
  }
}
