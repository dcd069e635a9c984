import APIMachinery
import JSON
import Kubernetes
import Synchronization

/// One version of a custom kind, compiled when somebody first needs it: a control plane holds many large definitions of which
/// few are used.
package final class CustomVersion: Sendable {
  private let stored: StoredObject
  private let version: String
  private let compiled = Mutex<ResourceDefinition?>(nil)

  /// - Parameter definition: a CRD that has been validated.
  init(definition: StoredObject, version: String) {
    stored = definition
    self.version = version
  }

  /// The uid and the version of the CRD.
  var revision: String { "\(stored.uid) \(stored.resourceVersion)" }

  func definition() throws -> ResourceDefinition {
    if let known = compiled.withLock({ $0 }) { return known }
    guard let definition = try CustomResources.definition(of: try stored.object().json, version: version) else {
      throw APIError.noSuchResource
    }
    compiled.withLock { $0 = definition }
    return definition
  }
}
