import Kubernetes

/// A request about objects of one served type.
struct Call: Sendable {
  let request: ServerRequest
  let served: ServedType
  let namespace: String?
  let name: String?
  let subresource: String?

  var query: QueryParameters { request.query }
  var collection: CollectionName { served.collection }

  /// The object in the path; only for calls that name one.
  var key: ObjectKey { ObjectKey(namespace: namespace, name: name ?? "") }
  var subject: APIError.Subject { served.subject(name ?? "") }

  /// `?dryRun=All`: everything happens except for the write.
  func isDryRun() throws -> Bool {
    let values = query.values("dryRun").filter { !$0.isEmpty }
    guard values.allSatisfy({ $0 == "All" }) else {
      throw APIError.badRequest("dryRun must be \"All\" or absent, not \"\(values.joined(separator: ","))\"")
    }
    return !values.isEmpty
  }

  func selection() throws -> Selection {
    var selection = Selection()
    do {
      if let text = query["labelSelector"] { selection.labels = try LabelSelector(parsing: text) }
      if let text = query["fieldSelector"] { selection.fields = try FieldSelector(parsing: text) }
    } catch {
      throw APIError.badRequest("\(error)")
    }
    let known = ["metadata.name", "metadata.namespace"] + served.selectableFields
    for requirement in selection.fields.requirements where !known.contains(requirement.field) {
      throw APIError.badRequest("field label not supported: \(requirement.field)")
    }
    if served.type.apiVersion == EventConversion.modernAPIVersion {
      selection.fields.requirements = selection.fields.requirements.map { requirement in
        var requirement = requirement
        requirement.field = EventConversion.coreField(requirement.field)
        return requirement
      }
    }
    return selection
  }

  /// The `resourceVersion` parameter as a number; `nil` when it is absent or empty.
  func resourceVersion() throws -> Int64? {
    guard let text = query["resourceVersion"], !text.isEmpty else { return nil }
    guard let version = Int64(text), version >= 0 else {
      throw APIError.badRequest("Invalid value: \"\(text)\": invalid resource version: it must be a number that this server has given out")
    }
    return version
  }
}
