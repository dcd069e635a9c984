import JSON
import Kubernetes

// delete and deletecollection.
extension Handler {
  func delete(_ call: Call) throws -> ServerReply {
    let deletion = try Deletion(call)
    try refuseProtected(call)
    let outcome = try remover.delete(call.collection, call.key, deletion, isDryRun: try call.isDryRun()) { stored in
      try deletion.check(stored, call.subject)
    }
    switch outcome {
    case nil: throw APIError.notFound(call.subject)
    case .marked(let stored) where try call.isDryRun() && stored.facts.finalizers.isEmpty: return success(call, stored)
    case .marked(let stored): return .json(bytes: try ObjectRenderer(call, now: clock.now()).bytes(stored), warnings: deprecation(call))
    case .removed(let stored): return success(call, stored)
    }
  }

  private func success(_ call: Call, _ stored: StoredObject) -> ServerReply {
    var details = call.subject.details
    details["uid"] = .string(stored.uid)
    return .json(
      [
        "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": .object(details),
      ], warnings: deprecation(call))
  }

  private func refuseProtected(_ call: Call) throws {
    let isNamespace = call.collection == CollectionName(group: "", plural: "namespaces")
    if isNamespace, let name = call.name, Bootstrap.protectedNamespaces.contains(name) {
      throw APIError.forbidden(call.subject, "this namespace may not be deleted")
    }
  }

  func deleteCollection(_ call: Call) throws -> ServerReply {
    guard !call.served.type.namespaced || call.namespace != nil else { throw APIError.methodNotAllowed }
    let deletion = try Deletion(call)
    let selection = try call.selection()
    let isDryRun = try call.isDryRun()
    let selected = store.list(call.collection, namespace: call.namespace).objects.filter(selection.matches)
    for stored in selected {
      _ = try remover.delete(call.collection, stored.key, deletion, isDryRun: isDryRun)
    }
    let metadata: JSONObject = ["resourceVersion": .string(String(store.version))]
    return .json(bytes: try ObjectRenderer(call, now: clock.now()).list(selected, metadata: metadata))
  }
}
