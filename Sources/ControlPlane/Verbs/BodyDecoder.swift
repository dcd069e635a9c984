import JSON
import Kubernetes
import YAML

/// Reads request bodies.
enum BodyDecoder {
  static let objectTypes = ["application/json", "application/yaml"]

  /// The body as a value, from JSON, YAML, or (built-in kinds only) protobuf.
  static func json(_ request: ServerRequest) throws -> JSONValue {
    switch request.contentType {
    case "", "application/json": return try parse(request.body)
    case "application/yaml", "application/vnd.kubernetes.yaml": return try yaml(request.body)
    case ProtobufDecoder.contentType: return try ProtobufDecoder().object(request.body)
    default: throw APIError.unsupportedMediaType(accepted: objectTypes)
    }
  }

  static func parse(_ body: [UInt8]) throws -> JSONValue {
    do {
      return try JSONValue(parsing: body)
    } catch {
      throw APIError.badRequest("the object provided is unrecognized (it must be valid JSON): \(error)")
    }
  }

  /// The object to create, or to put over another one.
  static func object(_ call: Call) throws -> KubeObject {
    let json = try json(call.request)
    guard json.object != nil else { throw APIError.badRequest("the object provided must be a JSON object, not \(json.typeName)") }
    return try checkedType(KubeObject(json), call)
  }

  /// Refuses objects of another kind or version than the path names.
  static func checkedType(_ object: KubeObject, _ call: Call) throws -> KubeObject {
    let type = call.served.type
    guard !object.kind.isEmpty else { throw APIError.badRequest("Object 'Kind' is missing in the body: write \"kind\": \"\(type.kind)\"") }
    guard !object.apiVersion.isEmpty else {
      throw APIError.badRequest("Object 'apiVersion' is missing in the body: write \"apiVersion\": \"\(type.apiVersion)\"")
    }
    guard object.kind == type.kind, object.apiVersion == type.apiVersion else {
      throw APIError.badRequest(
        "\(object.kind) in version \"\(object.apiVersion)\" cannot be handled as a \(type.kind) in version \"\(type.apiVersion)\" of "
          + "this path: the API version and kind in the data do not match the expected ones")
    }
    return object
  }
}

extension BodyDecoder {
  /// Reads one YAML document. JSON is YAML, but most bodies of this type are JSON, whose parser is faster.
  static func yaml(_ body: [UInt8]) throws -> JSONValue {
    if body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") { return try parse(body) }
    do {
      let documents = try YAMLParser.documents(body)
      guard documents.count == 1 else {
        throw APIError.badRequest("the body must be one YAML document, not \(documents.count)")
      }
      return documents[0]
    } catch let error as YAMLError {
      throw APIError.badRequest("error decoding YAML: \(error)")
    }
  }
}
