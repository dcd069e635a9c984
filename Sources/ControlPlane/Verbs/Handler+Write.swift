import APIMachinery
import JSON
import Kubernetes

// create and update.
extension Handler {
  func create(_ call: Call) throws -> ServerReply {
    guard !call.served.type.namespaced || call.namespace != nil else { throw APIError.methodNotAllowed }
    let options = try WriteOptions(call)
    let object = try BodyDecoder.object(call)
    if let version = object.resourceVersion, !version.isEmpty {
      throw APIError.badRequest("resourceVersion should not be set on objects to be created")
    }
    let generates = object.name.isEmpty && !(object[["metadata", "generateName"]]?.string ?? "").isEmpty
    let attempts = generates ? 8 : 1
    for attempt in 1...attempts {
      do {
        return try create(object, call, options)
      } catch StoreError.alreadyExists {
        if attempt == attempts { throw APIError.alreadyExists(call.served.subject(object.name)) }
      }
    }
    throw APIError.alreadyExists(call.subject)
  }

  private func create(_ object: KubeObject, _ call: Call, _ options: WriteOptions) throws -> ServerReply {
    var proposal = Proposal(call: call, options: options, object: object, current: nil, live: nil)
    try place(&proposal)
    return try commit(&proposal, code: 201)
  }

  /// Gives a new object its name and namespace, and refuses a namespace that cannot take it.
  func place(_ proposal: inout Proposal) throws {
    let call = proposal.call
    guard !call.served.isTerminating else {
      var error = APIError.methodNotAllowed
      error.message = "create not allowed while custom resource definition is terminating"
      throw error
    }
    if proposal.object.name.isEmpty, let prefix = proposal.object[["metadata", "generateName"]]?.string, !prefix.isEmpty {
      proposal.object[["metadata", "name"]] = .string(UniqueID.name(prefix: prefix))
    }
    guard let namespace = call.namespace else {
      proposal.object.json[["metadata", "namespace"]] = nil
      return
    }
    let named = proposal.object.namespace ?? ""
    guard named.isEmpty || named == namespace else {
      throw APIError.badRequest(
        "the namespace of the provided object does not match the namespace sent on the request: \"\(named)\" and \"\(namespace)\"")
    }
    proposal.object[["metadata", "namespace"]] = .string(namespace)
    let namespaces = CollectionName(group: "", plural: "namespaces")
    guard let home = store.get(namespaces, ObjectKey(namespace: nil, name: namespace)) else {
      throw APIError.notFound(APIError.Subject(group: "", plural: "namespaces", kind: "Namespace", name: namespace))
    }
    if home.facts.isBeingDeleted {
      var error = APIError.forbidden(
        proposal.subject, "unable to create new content in namespace \(namespace) because it is being terminated")
      error.details["causes"] = [
        [
          "reason": "NamespaceTerminating", "message": .string("namespace \(namespace) is being terminated"),
          "field": "metadata.namespace",
        ]
      ]
      throw error
    }
  }

  func update(_ call: Call) throws -> ServerReply {
    let options = try WriteOptions(call)
    let object = try BodyDecoder.object(call)
    guard object.name == call.name else {
      throw APIError.badRequest(
        "the name of the object (\(object.name)) does not match the name on the URL (\(call.name ?? ""))")
    }
    guard object.namespace ?? call.namespace == call.namespace else {
      throw APIError.badRequest("the namespace of the provided object does not match the namespace sent on the request")
    }
    return try retrying(call, untilUnchanged: object.resourceVersion) { current, live in
      try checkIdentity(object, current, call)
      var proposal = Proposal(call: call, options: options, object: object, current: current, live: live)
      if let namespace = call.namespace { proposal.object[["metadata", "namespace"]] = .string(namespace) }
      return try commit(&proposal, code: 200)
    }
  }

  /// Refuses a write that was meant for another version, or for an earlier object of the same name.
  func checkIdentity(_ object: KubeObject, _ current: StoredObject, _ call: Call) throws {
    if let uid = object.uid, !uid.isEmpty, uid != current.uid {
      throw APIError.conflict(
        call.subject, "Precondition failed: UID in precondition: \(uid), UID in object meta: \(current.uid)")
    }
    if let version = object.resourceVersion, !version.isEmpty, version != String(current.resourceVersion) {
      throw APIError.conflict(call.subject)
    }
  }

  /// Runs a write on the newest version, again when somebody else was faster, unless the client named the version it means.
  func retrying(
    _ call: Call, untilUnchanged version: String? = nil, _ body: (StoredObject, KubeObject) throws -> ServerReply
  ) throws -> ServerReply {
    let isBound = !(version ?? "").isEmpty
    while true {
      let current = try existing(call)
      do {
        return try body(current, try Conversion.object(current, as: call.served))
      } catch StoreError.conflict {
        if isBound { throw APIError.conflict(call.subject) }
      } catch StoreError.notFound {
        throw APIError.notFound(call.subject)
      }
    }
  }

  /// Admits the proposal, writes it unless it is a dry run or changes nothing, and answers with the result.
  func commit(_ proposal: inout Proposal, code: Int) throws -> ServerReply {
    let call = proposal.call
    let renderer = try ObjectRenderer(call, now: clock.now())
    try proposal.admit(now: clock.now(), catalog: holder.catalog)
    let warnings = deprecation(call) + proposal.warnings
    if proposal.options.isDryRun {
      if proposal.current == nil, store.get(call.collection, proposal.object.key) != nil { throw StoreError.alreadyExists }
      return .json(try renderer.value(proposal.object), code: code, warnings: warnings)
    }
    let stored: StoredObject
    if let current = proposal.current {
      stored = proposal.changesNothing ? current : try writer.settle(proposal.object, call.served, over: current)
    } else {
      stored = try writer.put(proposal.object, call.served, over: nil)
    }
    return .json(bytes: try renderer.bytes(stored), code: code, warnings: warnings)
  }
}
