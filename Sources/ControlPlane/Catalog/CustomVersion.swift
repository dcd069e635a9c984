import APIMachinery
import JSON
import Kubernetes
import Synchronization

/// One version of a custom kind, compiled when somebody first needs it: a control plane holds many large definitions of which
/// few are used.
package final class CustomVersion: Sendable {
  private let stored: StoredObject
  private let version: String
  private let compiled = Mutex<KindMachinery?>(nil)

  /// - Parameter definition: a CRD that has been validated.
  init(definition: StoredObject, version: String) {
    stored = definition
    self.version = version
  }

  func machinery() throws -> KindMachinery {
    if let known = compiled.withLock({ $0 }) { return known }
    let versions = try stored.object().json[["spec", "versions"]]?.array ?? []
    let entry = versions.first { $0["name"]?.string == version }
    let machinery = KindMachinery(schema: try StructuralSchema.parse(entry?[["schema", "openAPIV3Schema"]] ?? ["type": "object"]))
    compiled.withLock { $0 = machinery }
    return machinery
  }
}
