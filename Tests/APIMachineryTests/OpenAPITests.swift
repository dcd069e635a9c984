import JSON
import Testing

@testable import APIMachinery

@Suite struct OpenAPITests {
  static func kinds() throws -> (BuiltinKinds, [ResourceDefinition]) {
    let builtin = try BuiltinKindsTests.kinds()
    var crd = TableTests.crd([])
    crd[["spec", "versions"]] = [
      ["name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": SchemaCases.schema], "subresources": ["status": [:]]]
    ]
    return (builtin, builtin.definitions + (try CustomResources.definitions(of: crd)))
  }

  @Test func `the v2 document has a definition and a PATCH with dryRun for every kind`() throws {
    let (builtin, kinds) = try Self.kinds()
    let document = OpenAPIV2.document(builtin: builtin, kinds: kinds.filter(\.isCustom))
    for kind in kinds {
      let name = OpenAPIDefinitions.name(of: kind)
      let gvk = OpenAPIDefinitions.groupVersionKind(kind)
      #expect(document[["definitions", name, "x-kubernetes-group-version-kind"]]?.array?.contains(gvk) ?? false, "\(name)")
      let path = "\(kind.type.root)\(kind.type.namespaced ? "/namespaces/{namespace}" : "")/\(kind.type.plural)/{name}"
      let patch = document[["paths", path, "patch"]]
      #expect(patch?["x-kubernetes-group-version-kind"] == gvk)
      let names = (patch?["parameters"]?.array ?? []).compactMap { $0["name"]?.string }
      #expect(names.contains("dryRun") && names.contains("fieldValidation"), "\(path)")
    }
    let custom = document[["definitions", "io.x.v1.X", "properties", "spec", "properties"]]
    #expect(custom?[["port", "type"]] == nil, "int or string has no type in v2")
    #expect(custom?[["maybe", "type"]] == nil, "what may be null has no type in v2")
    #expect(custom?["name"]?["type"] == "string")
  }

  @Test func `every reference of every document leads somewhere`() throws {
    let (builtin, kinds) = try Self.kinds()
    func check(_ json: JSONValue, _ schemas: JSONValue?) {
      if let reference = json["$ref"]?.string {
        let name = reference.split(separator: "/").last.map(String.init) ?? ""
        #expect(schemas?[name] != nil, "\(reference)")
      }
      for member in json.object ?? [:] { check(member.value, schemas) }
      for element in json.array ?? [] { check(element, schemas) }
    }
    let two = OpenAPIV2.document(builtin: builtin, kinds: kinds)
    check(two, two["definitions"])
    for type in Set(kinds.map(\.type)) {
      let three = OpenAPIV3.document(group: type.group, version: type.version, builtin: builtin, kinds: kinds)
      check(three, three[["components", "schemas"]])
      #expect(!(three["paths"]?.object?.isEmpty ?? true))
    }
  }

  @Test func `protobuf is written as the encoding says`() {
    let document: JSONValue = [
      "swagger": "2.0", "info": ["title": "K", "version": "1"],
      "definitions": ["A": ["type": "object", "minLength": 300, "minimum": 1.5, "x-k": ["a": 1]]],
    ]
    let schema: [UInt8] =
      [0x49, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F] + [0x60, 0xAC, 0x02] + [0xB2, 0x01, 8, 0x0A, 6] + Array("object".utf8)
      + [0xFA, 0x01, 17, 0x0A, 3] + Array("x-k".utf8) + [0x12, 10, 0x12, 8] + Array("{\"a\":1}\n".utf8)
    let named: [UInt8] = [0x0A, 1, 0x41, 0x12, UInt8(schema.count)] + schema
    let definitions: [UInt8] = [0x0A, UInt8(named.count)] + named
    let expected: [UInt8] =
      [0x0A, 3] + Array("2.0".utf8) + [0x12, 6, 0x0A, 1, 0x4B, 0x12, 1, 0x31] + [0x42, 0] + [0x4A, UInt8(definitions.count)] + definitions
    #expect(OpenAPIV2.protobuf(document) == expected)
  }

  @Test func `the index names a document for each group and version`() {
    #expect(
      OpenAPIV3.index(digests: [("apis/apps/v1", "ABC")])
        == ["paths": ["apis/apps/v1": ["serverRelativeURL": "/openapi/v3/apis/apps/v1?hash=ABC"]]])
  }
}
