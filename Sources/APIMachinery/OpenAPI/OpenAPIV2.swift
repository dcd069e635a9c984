import JSON

/// The OpenAPI v2 document (`/openapi/v2`), which kubectl up to 1.26 reads for validation, explain and dry-run.
package enum OpenAPIV2 {
  package static func document(builtin: BuiltinKinds, kinds: [ResourceDefinition]) -> JSONValue { [:] }
  /// The document in the protobuf form of gnostic, `application/com.github.proto-openapi.spec.v2@v1.0+protobuf`.
  package static func protobuf(_ document: JSONValue) -> [UInt8] { [] }
}

/// OpenAPI v3 (`/openapi/v3`): an index and a document for each group and version.
package enum OpenAPIV3 {
  /// - Parameter digests: path (`api/v1`, `apis/apps/v1`) → digest of its document.
  package static func index(digests: [(path: String, digest: String)]) -> JSONValue { [:] }
  package static func document(group: String, version: String, builtin: BuiltinKinds, kinds: [ResourceDefinition]) -> JSONValue { [:] }
}
