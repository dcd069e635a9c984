import APIMachinery
import JSON
import Kubernetes

/// The four ways to patch.
enum PatchKind: String, Sendable {
  case json = "application/json-patch+json"
  case merge = "application/merge-patch+json"
  case strategic = "application/strategic-merge-patch+json"
  case apply = "application/apply-patch+yaml"

  /// Custom kinds have no strategic merge: kubectl takes the 415 as the sign to send a merge patch.
  static func accepted(by served: ServedType) -> [String] {
    ([.json, .merge] + (served.isCustom ? [] : [.strategic]) + [.apply]).map(\PatchKind.rawValue)
  }

  init(_ call: Call) throws {
    let accepted = Self.accepted(by: call.served)
    guard accepted.contains(call.request.contentType), let kind = PatchKind(rawValue: call.request.contentType) else {
      throw APIError.unsupportedMediaType(accepted: accepted)
    }
    self = kind
  }
}

extension Handler {
  func patch(_ call: Call) throws -> ServerReply {
    let kind = try PatchKind(call)
    let options = try WriteOptions(call)
    guard kind != .apply else { return try apply(call, options) }
    if call.query["force"] != nil {
      throw APIError.badRequest("force is forbidden for patches other than apply")
    }
    let patch = try BodyDecoder.parse(call.request.body)
    let version = kind == .json ? nil : patch[["metadata", "resourceVersion"]]?.string
    return try retrying(call, untilUnchanged: version) { current, live in
      let patched = try Self.patched(live, by: patch, kind, call)
      guard patched.name == call.name else {
        throw APIError.badRequest("the name of the object (\(patched.name)) does not match the name on the URL (\(call.name ?? ""))")
      }
      try checkIdentity(patched, current, call)
      var proposal = Proposal(call: call, options: options, object: patched, current: current, live: live)
      return try commit(&proposal, code: 200)
    }
  }

  private static func patched(_ live: KubeObject, by patch: JSONValue, _ kind: PatchKind, _ call: Call) throws -> KubeObject {
    let json = try patched(live.json, by: patch, kind, call)
    guard json.object != nil else { throw APIError.badRequest("the patched object would no longer be an object but \(json.typeName)") }
    return try BodyDecoder.checkedType(KubeObject(json), call)
  }

  static func patched(_ json: JSONValue, by patch: JSONValue, _ kind: PatchKind, _ call: Call) throws -> JSONValue {
    do {
      return switch kind {
      case .json: try JSONPatch(patch).apply(to: json)
      case .strategic: try StrategicMergePatch.apply(patch, to: json, schema: try call.served.definition().schema)
      case .merge, .apply: MergePatch.apply(patch, to: json)
      }
    } catch let error as PatchError {
      switch error.kind {
      case .malformed: throw APIError.badRequest(error.description)
      case .unprocessable:
        throw APIError(
          code: 422, reason: "Invalid", message: "the server rejected our request due to an error in our request: \(error)")
      }
    }
  }
}

// Server-side apply.
extension Handler {
  private func apply(_ call: Call, _ options: WriteOptions) throws -> ServerReply {
    guard let manager = call.query["fieldManager"], !manager.isEmpty else {
      throw APIError(
        code: 422, reason: "Invalid",
        message: "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch")
    }
    let intent = try intent(call)
    for _ in 0..<Self.applyAttempts {
      let current = store.get(call.collection, call.key)
      do {
        return try apply(intent, over: current, call, options)
      } catch StoreError.conflict {
        if !(intent.resourceVersion ?? "").isEmpty { throw APIError.conflict(call.subject) }
      } catch StoreError.alreadyExists, StoreError.notFound {
        continue
      }
    }
    throw APIError.conflict(call.subject)
  }

  /// Applies race only with other writers of the same object; each loss means that somebody else made progress.
  private static let applyAttempts = 1000

  private func intent(_ call: Call) throws -> KubeObject {
    let intent = KubeObject(try BodyDecoder.yaml(call.request.body))
    guard intent.json.object != nil else { throw APIError.badRequest("the body of an apply must be an object") }
    _ = try BodyDecoder.checkedType(intent, call)
    guard intent.name == call.name || intent.name.isEmpty else {
      throw APIError.badRequest("the name of the object (\(intent.name)) does not match the name on the URL (\(call.name ?? ""))")
    }
    guard (intent.json[["metadata", "managedFields"]]?.array ?? []).isEmpty else {
      throw APIError.badRequest("metadata.managedFields must be nil")
    }
    return intent
  }

  private func apply(_ intent: KubeObject, over current: StoredObject?, _ call: Call, _ options: WriteOptions) throws -> ServerReply {
    let live = try current.map { try Conversion.object($0, as: call.served) }
    if current == nil, call.subresource != nil { throw APIError.notFound(call.subject) }
    if let current {
      try checkIdentity(intent, current, call)
    } else if !(intent.uid ?? "").isEmpty {
      throw APIError.conflict(
        call.subject, "uid mismatch: the provided object specified uid \(intent.uid ?? ""), and no existing object was found")
    }
    let definition = try call.served.definition()
    var applied = Proposal(call: call, options: options, object: intent, current: current, live: live)
    applied.object[["metadata", "name"]] = call.name.map { .string($0) }
    if current == nil {
      try place(&applied)
    } else if let namespace = call.namespace {
      applied.object[["metadata", "namespace"]] = .string(namespace)
    }
    try applied.removeUnknownFields(definition.schema)
    let manager = FieldManager(
      name: options.manager, subresource: call.subresource ?? "", time: clock.now().rfc3339, hasStatus: call.served.hasStatus)
    do {
      applied.object.json = try ServerSideApply.apply(
        applied.object.json, to: live?.json, by: manager, force: options.forcesApply, schema: definition.schema)
    } catch {
      throw Self.refusal(error)
    }
    applied.isManaged = true
    return try commit(&applied, code: current == nil ? 201 : 200)
  }

  private static func refusal(_ refusal: ApplyError) -> APIError {
    switch refusal {
    case .invalid(let message): return APIError.badRequest(message)
    case .conflicts(let conflicts):
      var error = APIError(code: 409, reason: "Conflict", message: refusal.description)
      error.details["causes"] = .array(
        conflicts.map { ["reason": "FieldManagerConflict", "message": .string($0.message), "field": .string($0.field)] })
      return error
    }
  }
}
