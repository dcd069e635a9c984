import JSON
import Kubernetes

extension Client {
  package func get(_ type: ResourceType, _ key: ObjectKey) async throws(KubeError) -> KubeObject {
    KubeObject(try await send(.get(type, key)))
  }

  /// `nil` when there is no such object.
  package func find(_ type: ResourceType, _ key: ObjectKey) async throws(KubeError) -> KubeObject? {
    do {
      return try await get(type, key)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// All objects, page by page; begins again once when the server has forgotten the version of the first page.
  package func list(_ type: ResourceType, _ selection: Selection = .all, limit: Int = 500) async throws(KubeError) -> [KubeObject] {
    do {
      return try await pages(type, selection, limit: limit)
    } catch {
      guard error.isExpired else { throw error }
      return try await pages(type, selection, limit: limit)
    }
  }

  private func pages(_ type: ResourceType, _ selection: Selection, limit: Int) async throws(KubeError) -> [KubeObject] {
    var objects: [KubeObject] = []
    var token: String?
    repeat {
      let page = try await send(.list(type, selection, limit: limit, continuing: token))
      objects += (page["items"]?.array ?? []).map { KubeObject($0) }
      token = page[["metadata", "continue"]]?.string.flatMap { $0.isEmpty ? nil : $0 }
    } while token != nil
    return objects
  }

  @discardableResult
  package func create(_ type: ResourceType, _ object: KubeObject) async throws(KubeError) -> KubeObject {
    KubeObject(try await send(.create(type, object)))
  }

  /// Replaces an object that was read before; a conflict means that it has changed since.
  @discardableResult
  package func replace(_ type: ResourceType, _ object: KubeObject, subresource: String? = nil) async throws(KubeError) -> KubeObject {
    KubeObject(try await send(.replace(type, object, subresource: subresource)))
  }

  @discardableResult
  package func apply(
    _ type: ResourceType, _ object: KubeObject, manager: String, force: Bool = true
  ) async throws(KubeError) -> KubeObject {
    KubeObject(try await send(.apply(type, object, manager: manager, force: force)))
  }

  @discardableResult
  package func applyStatus(_ type: ResourceType, _ object: KubeObject, manager: String) async throws(KubeError) -> KubeObject {
    KubeObject(try await send(.applyStatus(type, object, manager: manager)))
  }

  @discardableResult
  package func mergePatch(
    _ type: ResourceType, _ key: ObjectKey, _ patch: JSONValue, manager: String? = nil, subresource: String? = nil
  ) async throws(KubeError) -> KubeObject {
    KubeObject(try await send(.mergePatch(type, key, patch, manager: manager, subresource: subresource)))
  }

  @discardableResult
  package func jsonPatch(
    _ type: ResourceType, _ key: ObjectKey, _ operations: [JSONValue], manager: String? = nil
  ) async throws(KubeError) -> KubeObject {
    KubeObject(try await send(.jsonPatch(type, key, operations, manager: manager)))
  }

  /// Deletes an object. One that is gone, or whose name another object with a different uid has now, counts as deleted.
  package func delete(_ type: ResourceType, _ key: ObjectKey, uid: String? = nil) async throws(KubeError) {
    do {
      try await send(.delete(type, key, uid: uid))
    } catch {
      if error.isNotFound || (uid != nil && error.isConflict) { return }
      throw error
    }
  }
}
