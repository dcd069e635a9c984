import Intent
import JSON

/// The API as OpenAPI 3.1, from the same operations that answer.
struct OpenAPIDocument {
  let operations: [Operation]
  let version: String
  /// A token is asked for.
  let isProtected: Bool

  private static let references = "#/components/schemas/"

  var json: JSONValue {
    var paths = JSONObject()
    for operation in operations + [Self.operation(.null)] {
      var path = paths[operation.path] ?? [:]
      path[operation.method.lowercased()] = item(operation)
      paths[operation.path] = path
    }
    var document: JSONValue = [
      "openapi": "3.1.0",
      "info": [
        "title": "Podium", "version": .string(version), "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
        "description": "Capacity plans for serving language models: from a sentence or a specification to GPUs, latencies and costs.",
      ],
      "servers": [["url": "/"]],
      "paths": .object(paths), "components": ["schemas": schemas],
    ]
    if isProtected {
      document[["components", "securitySchemes"]] = ["token": ["type": "http", "scheme": "bearer"]]
      document["security"] = [["token": []]]
    }
    return document
  }

  /// The route that serves `document`.
  static func operation(_ document: JSONValue) -> Operation {
    Operation(get: "/openapi.json", id: "getOpenAPI", "This document.", answer: .object([], isOpen: true)) { _ in document }
  }

  private var schemas: JSONValue {
    var shapes = ConsoleProblem.shape.references
    for operation in operations {
      shapes.merge(operation.answer.references) { $1 }
      shapes.merge(operation.body?.references ?? [:]) { $1 }
    }
    return .object(JSONObject(shapes.sorted { $0.key < $1.key }.map { ($0.key, $0.value.schema(references: Self.references)) }))
  }

  private func item(_ operation: Operation) -> JSONValue {
    var item: JSONValue = ["operationId": .string(operation.id), "summary": .string(operation.summary)]
    if !operation.parameters.isEmpty { item["parameters"] = .array(operation.parameters.map(parameter)) }
    if let body = operation.body {
      var content: JSONValue = ["schema": body.schema(references: Self.references)]
      content["example"] = operation.example
      item["requestBody"] = ["required": true, "content": ["application/json": content]]
    }
    var responses: [(String, JSONValue)] = [
      ("200", response("The answer.", "application/json", operation.answer))
    ]
    let kinds = operation.problems + (isProtected ? [.unauthorized] : [.forbidden]) + [.failed]
    for kind in kinds.sorted(by: { $0.status < $1.status }) {
      responses.append(("\(kind.status)", response(kind.rawValue, "application/problem+json", ConsoleProblem.shape)))
    }
    item["responses"] = .object(JSONObject(responses))
    return item
  }

  private func response(_ summary: String, _ type: String, _ shape: Shape) -> JSONValue {
    ["description": .string(summary), "content": [type: ["schema": shape.schema(references: Self.references)]]]
  }

  private func parameter(_ parameter: Operation.Parameter) -> JSONValue {
    var schema = parameter.shape.schema(references: Self.references)
    schema["default"] = parameter.initial
    return [
      "name": .string(parameter.name), "in": "query", "required": false, "description": .string(parameter.summary), "schema": schema,
    ]
  }
}
