import JSON

/// Which objects of a type a list or a watch is about.
package struct Selection: Sendable, Equatable {
  /// `nil` selects all namespaces.
  package var namespace: String?
  package var labels: String?
  package var fields: String?

  package init(namespace: String? = nil, labels: String? = nil, fields: String? = nil) {
    self.namespace = namespace
    self.labels = labels
    self.fields = fields
  }

  package static let all = Selection()

  var parameters: [APIRequest.QueryItem] {
    [labels.map { .init("labelSelector", $0) }, fields.map { .init("fieldSelector", $0) }].compactMap { $0 }
  }
}

extension APIRequest {
  package enum ContentType {
    package static let json = "application/json"
    package static let apply = "application/apply-patch+yaml"
    package static let mergePatch = "application/merge-patch+json"
    package static let jsonPatch = "application/json-patch+json"
  }

  /// Whether it changes something: such requests are rate-limited.
  package var isWrite: Bool { method != .get }

  /// The value of a query parameter.
  package func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// Where objects of a type live: all of them, or those of a namespace.
  package static func collectionPath(_ type: ResourceType, namespace: String?) -> String {
    let scope = type.namespaced ? namespace.map { "/namespaces/\($0)" } ?? "" : ""
    return "\(type.root)\(scope)/\(type.plural)"
  }

  package static func objectPath(_ type: ResourceType, _ key: ObjectKey, subresource: String? = nil) -> String {
    collectionPath(type, namespace: key.namespace) + "/\(key.name)" + (subresource.map { "/\($0)" } ?? "")
  }

  package static func get(_ type: ResourceType, _ key: ObjectKey) -> APIRequest { APIRequest(.get, objectPath(type, key)) }

  /// One page of a list. Without a resource version the server reads from its store: nothing older than the request.
  package static func list(
    _ type: ResourceType, _ selection: Selection = .all, limit: Int = 500, continuing token: String? = nil
  ) -> APIRequest {
    var query: [QueryItem] = [.init("limit", String(limit))]
    if let token { query.append(.init("continue", token)) }
    return APIRequest(
      .get, collectionPath(type, namespace: selection.namespace), query: query + selection.parameters)
  }

  /// Changes after `version`, with bookmarks; the server ends it after `timeout`.
  package static func watch(
    _ type: ResourceType, _ selection: Selection = .all, from version: String, timeout: Duration
  ) -> APIRequest {
    let query: [QueryItem] = [
      .init("watch", "1"), .init("allowWatchBookmarks", "true"), .init("resourceVersion", version),
      .init("timeoutSeconds", String(timeout.components.seconds)),
    ]
    return APIRequest(
      .get, collectionPath(type, namespace: selection.namespace), query: query + selection.parameters, isWatch: true)
  }

  package static func create(_ type: ResourceType, _ object: KubeObject) -> APIRequest {
    APIRequest(.post, collectionPath(type, namespace: object.namespace), contentType: ContentType.json, body: object.json.bytes())
  }

  /// Replaces the whole object. It must carry the resource version that was read: the server refuses with 409 when it is not the current one.
  package static func replace(_ type: ResourceType, _ object: KubeObject, subresource: String? = nil) -> APIRequest {
    APIRequest(
      .put, objectPath(type, object.key, subresource: subresource), contentType: ContentType.json, body: object.json.bytes(),
      isIdempotent: object.resourceVersion != nil)
  }

  /// Server-side apply: the object holds only the fields that `manager` owns; a field left out that it owned before is removed.
  package static func apply(
    _ type: ResourceType, _ object: KubeObject, manager: String, force: Bool = true, subresource: String? = nil
  ) -> APIRequest {
    APIRequest(
      .patch, objectPath(type, object.key, subresource: subresource),
      query: [.init("fieldManager", manager), .init("force", force ? "true" : "false")],
      contentType: ContentType.apply, body: object.json.bytes(), isIdempotent: true)
  }

  package static func applyStatus(_ type: ResourceType, _ object: KubeObject, manager: String) -> APIRequest {
    apply(type, object, manager: manager, subresource: "status")
  }

  package static func mergePatch(
    _ type: ResourceType, _ key: ObjectKey, _ patch: JSONValue, manager: String? = nil, subresource: String? = nil
  ) -> APIRequest {
    APIRequest(
      .patch, objectPath(type, key, subresource: subresource), query: manager.map { [.init("fieldManager", $0)] } ?? [],
      contentType: ContentType.mergePatch, body: patch.bytes())
  }

  package static func jsonPatch(
    _ type: ResourceType, _ key: ObjectKey, _ operations: [JSONValue], manager: String? = nil, subresource: String? = nil
  ) -> APIRequest {
    APIRequest(
      .patch, objectPath(type, key, subresource: subresource), query: manager.map { [.init("fieldManager", $0)] } ?? [],
      contentType: ContentType.jsonPatch, body: JSONValue.array(operations).bytes())
  }

  /// Deletes an object; with a uid only if it still is that one (else 409), which makes the request safe to repeat.
  package static func delete(_ type: ResourceType, _ key: ObjectKey, uid: String? = nil, propagation: String = "Background") -> APIRequest {
    var options: JSONObject = [
      "kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": .string(propagation),
    ]
    if let uid { options["preconditions"] = ["uid": .string(uid)] }
    return APIRequest(
      .delete, objectPath(type, key), contentType: ContentType.json, body: JSONValue.object(options).bytes(), isIdempotent: uid != nil)
  }

  /// The resources that a group and version serves.
  package static func resources(of type: ResourceType) -> APIRequest { APIRequest(.get, type.root) }
}
