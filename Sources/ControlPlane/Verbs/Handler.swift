import JSON
import Kubernetes
import Logging

/// Answers requests: finds what a path names, performs the verb, words every refusal.
///
/// A value in, a value out; sockets are the business of ``HTTPResponder``.
struct Handler: Sendable {
  let store: ObjectStore
  let holder: CatalogHolder
  let documents: DiscoveryDocuments
  let openAPI: OpenAPIDocuments
  let clock: WallClock
  let bookmarkInterval: Duration
  let counters: RequestCounters
  let snapshots = ListSnapshots()
  let logger: Logger

  var writer: ObjectWriter { ObjectWriter(store: store, holder: holder, clock: clock) }
  var remover: ObjectRemover { ObjectRemover(writer: writer) }

  func handle(_ request: ServerRequest) -> ServerReply {
    do {
      return try route(request)
    } catch let error as APIError {
      return .error(error)
    } catch {
      logger.error("a request failed", metadata: ["path": "/\(request.path.joined(separator: "/"))", "error": "\(error)"])
      return .error(.internalError(error))
    }
  }

  private func route(_ request: ServerRequest) throws -> ServerReply {
    let catalog = holder.catalog
    switch Route(request.path) {
    case .objects(let group, let version, let namespace, let resource, let name, let subresource):
      if let review = try review(request, group: group, version: version, resource: resource) { return review }
      guard let served = catalog.type(group: group, version: version, plural: resource) else { throw APIError.noSuchResource }
      guard served.type.namespaced || namespace == nil else { throw APIError.noSuchResource }
      guard !served.type.namespaced || namespace != nil || name == nil else { throw APIError.noSuchResource }
      return try perform(Call(request: request, served: served, namespace: namespace, name: name, subresource: subresource))
    case let route:
      guard [.get, .head].contains(request.method) else { throw APIError.methodNotAllowed }
      return try documents.answer(route, request, catalog) ?? openAPI.answer(request, catalog) ?? wellKnown(request)
    }
  }

  private func perform(_ call: Call) throws -> ServerReply {
    switch (call.subresource, call.served) {
    case (nil, _): break
    case ("status", let served) where served.hasStatus: break
    case ("scale", let served) where served.hasScale: return try scale(call)
    case ("finalize", let served) where served.collection == CollectionName(group: "", plural: "namespaces"): break
    default: throw APIError.noSuchResource
    }
    switch (call.request.method, call.name) {
    case (.get, nil), (.head, nil): return call.query.flag("watch") ? try watch(call) : try list(call)
    case (.get, .some), (.head, .some): return call.query.flag("watch") ? try watch(call) : try get(call)
    case (.post, nil): return try create(call)
    case (.put, .some): return try update(call)
    case (.patch, .some): return try patch(call)
    case (.delete, .some) where call.subresource == nil: return try delete(call)
    case (.delete, nil): return try deleteCollection(call)
    default: throw APIError.methodNotAllowed
    }
  }
}
