import APIMachinery
import JSON
import Kubernetes

/// Writes stored objects in the form that a request accepts.
struct ObjectRenderer: Sendable {
  let served: ServedType
  let rendering: Rendering
  /// What a table's rows carry.
  let includeObject: Table.IncludeObject
  let now: Timestamp

  init(_ call: Call, now: Timestamp) throws {
    served = call.served
    rendering = try Rendering.negotiate(call.request.accept)
    let include = call.query["includeObject"] ?? ""
    guard let known = include.isEmpty ? .metadata : Table.IncludeObject(rawValue: include) else {
      throw APIError.badRequest("includeObject must be None, Metadata or Object, not \"\(include)\"")
    }
    includeObject = known
    self.now = now
  }

  /// One object, as the answer to a get or a write.
  func bytes(_ stored: StoredObject) throws -> [UInt8] {
    if rendering == .object, Conversion.isIdentity(served) { return stored.body }
    return try value(try Conversion.object(stored, as: served), version: stored.resourceVersion).bytes()
  }

  /// A value that is not (or not yet) stored: a dry run.
  func value(_ object: KubeObject, version: Int64? = nil) throws -> JSONValue {
    switch rendering {
    case .object: object.json
    case .metadata(let metaVersion): Self.metadata(object, metaVersion)
    case .table(let metaVersion): try table([object], metaVersion, metadata: Self.version(object.resourceVersion ?? ""))
    }
  }

  /// One object of a watch: the columns of a table come only with the first event.
  func event(_ stored: StoredObject, isFirst: Bool) throws -> [UInt8] {
    guard case .table(let metaVersion) = rendering else { return try bytes(stored) }
    let object = try Conversion.object(stored, as: served)
    return try table([object], metaVersion, metadata: Self.version(String(stored.resourceVersion)), withColumns: isFirst).bytes()
  }

  /// A bookmark's object: nothing but a version.
  func bookmark(version: Int64, annotations: JSONObject = [:]) -> JSONValue {
    var metadata: JSONObject = ["resourceVersion": .string(String(version)), "creationTimestamp": nil]
    if !annotations.isEmpty { metadata["annotations"] = .object(annotations) }
    switch rendering {
    case .table(let metaVersion):
      return [
        "kind": "Table", "apiVersion": .string("meta.k8s.io/\(metaVersion)"), "metadata": .object(metadata), "columnDefinitions": [],
        "rows": [],
      ]
    case .metadata(let metaVersion):
      return ["kind": "PartialObjectMetadata", "apiVersion": .string("meta.k8s.io/\(metaVersion)"), "metadata": .object(metadata)]
    case .object:
      return ["kind": .string(served.type.kind), "apiVersion": .string(served.type.apiVersion), "metadata": .object(metadata)]
    }
  }

  /// A list.
  ///
  /// - Parameter metadata: resourceVersion, continue and remainingItemCount.
  func list(_ objects: [StoredObject], metadata: JSONObject) throws -> [UInt8] {
    switch rendering {
    case .table(let metaVersion):
      return try table(try objects.map { try Conversion.object($0, as: served) }, metaVersion, metadata: metadata).bytes()
    case .metadata(let metaVersion):
      return try list(
        kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/\(metaVersion)", metadata: metadata,
        items: objects.map { Self.metadata(try Conversion.object($0, as: served), metaVersion).bytes() })
    case .object:
      return try list(
        kind: served.listKind, apiVersion: served.type.apiVersion, metadata: metadata, items: objects.map(bytes))
    }
  }

  /// The items are text already; only the frame is written.
  private func list(kind: String, apiVersion: String, metadata: JSONObject, items: [[UInt8]]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(items.reduce(256) { $0 + $1.count + 1 })
    output += Array("{\"kind\":\"\(kind)\",\"apiVersion\":\"\(apiVersion)\",\"metadata\":".utf8)
    output += JSONValue.object(metadata).bytes()
    output += Array(",\"items\":[".utf8)
    for (index, item) in items.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      output += item
    }
    output += Array("]}".utf8)
    return output
  }

  private static func metadata(_ object: KubeObject, _ metaVersion: String) -> JSONValue {
    Table.partialObjectMetadata(object.json, version: metaVersion)
  }

  private static func version(_ version: String) -> JSONObject { ["resourceVersion": .string(version)] }

  private func table(_ objects: [KubeObject], _ metaVersion: String, metadata: JSONObject, withColumns: Bool = true) throws -> JSONValue {
    Table.json(
      of: objects.map(\.json), columns: try served.definition().columns, metadata: .object(metadata), include: includeObject,
      includesHeader: withColumns, version: metaVersion, now: now.seconds)
  }
}
