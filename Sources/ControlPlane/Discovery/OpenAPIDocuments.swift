import APIMachinery
import JSON
import Synchronization

/// `/openapi/v2` and `/openapi/v3`: what kubectl validates, explains and completes with.
struct OpenAPIDocuments: Sendable {
  /// What clients ask for. It is no valid media type (`@`), so the answer has a name of its own, as the real server's has.
  static let protobufType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
  static let protobufAnswerType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

  let builtIn: BuiltinKinds

  init(_ builtIn: BuiltinKinds) { self.builtIn = builtIn }

  /// `nil` when the path is none of OpenAPI's.
  func answer(_ request: ServerRequest, _ catalog: Catalog) throws -> ServerReply? {
    guard request.path.first == "openapi", request.path.count >= 2 else { return nil }
    switch (request.path[1], request.path.count) {
    case ("v2", 2): return try version2(request, catalog)
    case ("v3", 2): return .json(OpenAPIV3.index(digests: groupVersions(catalog).map { ($0.path, digest($0, catalog)) }))
    case ("v3", _):
      let path = request.path[2...].joined(separator: "/")
      guard let wanted = groupVersions(catalog).first(where: { $0.path == path }) else { return nil }
      return .json(
        OpenAPIV3.document(group: wanted.group, version: wanted.version, builtin: builtIn, kinds: try definitions(wanted, catalog)))
    default: return nil
    }
  }

  private func version2(_ request: ServerRequest, _ catalog: Catalog) throws -> ServerReply {
    let document = OpenAPIV2.document(builtin: builtIn, kinds: try catalog.types.map { try $0.definition() })
    for range in MediaRange.parse(request.accept) {
      if range.type == Self.protobufType {
        return .whole(ServerReply.Whole(contentType: Self.protobufAnswerType, body: OpenAPIV2.protobuf(document)))
      }
      if range.isJSON { break }
    }
    return .json(document)
  }

  private struct GroupVersion {
    let group: String
    let version: String
    var path: String { group.isEmpty ? "api/\(version)" : "apis/\(group)/\(version)" }
  }

  private func groupVersions(_ catalog: Catalog) -> [GroupVersion] {
    catalog.groups.flatMap { group in group.versions.map { GroupVersion(group: group.name, version: $0) } }
  }

  private func definitions(_ wanted: GroupVersion, _ catalog: Catalog) throws -> [ResourceDefinition] {
    try catalog.types(group: wanted.group, version: wanted.version).map { try $0.definition() }
  }

  /// Changes whenever the document may: clients keep documents under this name.
  private func digest(_ wanted: GroupVersion, _ catalog: Catalog) -> String {
    let parts = catalog.types(group: wanted.group, version: wanted.version).map { "\($0.type) \($0.revision)" }
    return Digest.text("\(Handler.gitVersion) \(wanted.path) \(parts.joined(separator: " "))")
  }
}
