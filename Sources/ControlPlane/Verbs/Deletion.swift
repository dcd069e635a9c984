import JSON
import Kubernetes

/// What a delete was asked to do, from its body and its query.
struct Deletion: Sendable {
  enum Policy: String, Sendable {
    case background = "Background"
    case foreground = "Foreground"
    case orphan = "Orphan"

    /// The finalizer with which the object waits for the garbage collector.
    var finalizer: String? {
      switch self {
      case .background: nil
      case .foreground: Self.foregroundFinalizer
      case .orphan: Self.orphanFinalizer
      }
    }

    static let foregroundFinalizer = "foregroundDeletion"
    static let orphanFinalizer = "orphan"
  }

  /// `nil` when nobody said: background, or what an earlier delete of the object asked for.
  var policy: Policy?
  var uid: String?
  var resourceVersion: String?

  init(policy: Policy? = nil) { self.policy = policy }

  init(_ call: Call) throws {
    var options: JSONValue = [:]
    if !call.request.body.isEmpty {
      options = try BodyDecoder.json(call.request)
      guard options.isNull || options.object != nil else {
        throw APIError.badRequest("the body of a delete must be a DeleteOptions object")
      }
    }
    if let word = call.query["propagationPolicy"] ?? options["propagationPolicy"]?.string {
      guard let policy = Policy(rawValue: word) else {
        throw APIError.badRequest("propagationPolicy must be Background, Foreground or Orphan, not \"\(word)\"")
      }
      self.policy = policy
    } else if let orphans = options["orphanDependents"]?.bool ?? call.query["orphanDependents"].map({ $0 == "true" }) {
      policy = orphans ? .orphan : .background
    }
    uid = options[["preconditions", "uid"]]?.string
    resourceVersion = options[["preconditions", "resourceVersion"]]?.string
  }

  /// Refuses when the object is not the one that the client meant.
  func check(_ stored: StoredObject, _ subject: APIError.Subject) throws {
    if let uid, uid != stored.uid {
      throw APIError.conflict(
        subject,
        "the UID in the precondition (\(uid)) does not match the UID in record (\(stored.uid)). "
          + "The object might have been deleted and then recreated")
    }
    if let resourceVersion, resourceVersion != String(stored.resourceVersion) {
      throw APIError.conflict(
        subject,
        "the ResourceVersion in the precondition (\(resourceVersion)) does not match the ResourceVersion in record "
          + "(\(stored.resourceVersion)). The object might have been modified")
    }
  }

  /// Marks `object` as being deleted. It stays until its last finalizer is gone; one without any may be removed at once.
  func mark(_ object: inout KubeObject, now: Timestamp) {
    var finalizers = object.finalizers
    if let policy {
      let mine = [Policy.foregroundFinalizer, Policy.orphanFinalizer]
      finalizers.removeAll { mine.contains($0) && $0 != policy.finalizer }
      if let finalizer = policy.finalizer, !finalizers.contains(finalizer) { finalizers.append(finalizer) }
    }
    object.json[["metadata", "finalizers"]] = finalizers.isEmpty ? nil : JSONValue(finalizers)
    guard !object.isBeingDeleted else { return }
    object[["metadata", "deletionTimestamp"]] = .string(now.rfc3339)
    object[["metadata", "deletionGracePeriodSeconds"]] = 0
    if object.generation > 0 { object[["metadata", "generation"]] = JSONValue(object.generation + 1) }
    if object.kind == "Namespace", object.apiVersion == "v1" { object[["status", "phase"]] = "Terminating" }
  }
}
