import JSON

// The messages of gnostic's OpenAPIv2.proto; the numbers are its field numbers.
extension ProtobufWriter {
  mutating func pathItem(_ json: JSONValue) {
    let methods: [(Int, String)] = [(2, "get"), (3, "put"), (4, "post"), (5, "delete"), (8, "patch")]
    for (field, method) in methods {
      if let operation = json[method] { message(field) { $0.operation(operation) } }
    }
    for parameter in json["parameters"]?.array ?? [] { self.parameter(9, parameter) }
  }

  private mutating func operation(_ json: JSONValue) {
    string(5, json["operationId"]?.string)
    for parameter in json["parameters"]?.array ?? [] { self.parameter(8, parameter) }
    message(9) { responses in
      for response in json["responses"]?.object ?? [:] {
        responses.named(1, response.key) { value in
          value.message(1) { body in
            body.string(1, response.value["description"]?.string)
            if let schema = response.value["schema"] { body.message(2) { $0.message(1) { $0.schema(schema) } } }
          }
        }
      }
    }
    extensions(13, json)
  }

  /// ParametersItem → Parameter → NonBodyParameter → a query or a path parameter.
  private mutating func parameter(_ field: Int, _ json: JSONValue) {
    let isQuery = json["in"]?.string == "query"
    message(field) { item in
      item.message(1) { parameter in
        parameter.message(2) { nonBody in
          nonBody.message(isQuery ? 3 : 4) { schema in
            schema.bool(1, json["required"]?.bool)
            schema.string(2, json["in"]?.string)
            schema.string(4, json["name"]?.string)
            schema.string(isQuery ? 6 : 5, json["type"]?.string)
            schema.bool(isQuery ? 20 : 19, json["uniqueItems"]?.bool)
          }
        }
      }
    }
  }

  mutating func schema(_ json: JSONValue) {
    string(1, json["$ref"]?.string)
    string(2, json["format"]?.string)
    string(3, json["title"]?.string)
    string(4, json["description"]?.string)
    if let value = json["default"] { message(5) { $0.any(value) } }
    bounds(json)
    for name in json["required"]?.strings ?? [] { element(19, name) }
    for value in json["enum"]?.array ?? [] { message(20) { $0.any(value) } }
    switch json["additionalProperties"] {
    case nil: break
    case .bool(let allowed): message(21) { $0.bool(2, allowed) }
    case let schema?: message(21) { $0.message(1) { $0.schema(schema) } }
    }
    if let type = json["type"]?.string { message(22) { $0.element(1, type) } }
    if let items = json["items"] { message(23) { $0.message(1) { $0.schema(items) } } }
    if let properties = json["properties"]?.object {
      message(25) { list in
        for property in properties { list.named(1, property.key) { $0.schema(property.value) } }
      }
    }
    extensions(31, json)
  }

  private mutating func bounds(_ json: JSONValue) {
    double(6, json["multipleOf"]?.double)
    double(7, json["maximum"]?.double)
    bool(8, json["exclusiveMaximum"]?.bool)
    double(9, json["minimum"]?.double)
    bool(10, json["exclusiveMinimum"]?.bool)
    integer(11, json["maxLength"]?.int)
    integer(12, json["minLength"]?.int)
    string(13, json["pattern"]?.string)
    integer(14, json["maxItems"]?.int)
    integer(15, json["minItems"]?.int)
    bool(16, json["uniqueItems"]?.bool)
    integer(17, json["maxProperties"]?.int)
    integer(18, json["minProperties"]?.int)
  }

  /// A value as YAML, of which JSON is a part.
  private mutating func any(_ value: JSONValue) { string(2, value.text() + "\n") }

  private mutating func extensions(_ field: Int, _ json: JSONValue) {
    for member in json.object ?? [:] where member.key.hasPrefix("x-") { named(field, member.key) { $0.any(member.value) } }
  }
}
