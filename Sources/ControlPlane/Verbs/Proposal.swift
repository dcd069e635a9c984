import APIMachinery
import JSON
import Kubernetes

/// An object on its way into the store: what it was, what it shall be, and how that came about.
struct Proposal: Sendable {
  let call: Call
  let options: WriteOptions
  /// In the version of the request.
  var object: KubeObject
  /// The version that is replaced; `nil` for a new object.
  let current: StoredObject?
  let live: KubeObject?
  /// Server-side apply has computed the managed fields already.
  var isManaged = false
  var warnings: [String] = []

  var subject: APIError.Subject { call.served.subject(object.name) }
  var isStatusWrite: Bool { call.subresource == "status" }
}
