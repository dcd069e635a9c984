import DataPlane
import Foundation
import JSON
import Kubernetes
import Scheduling

/// The Secret that carries a namespace's policy to its proxies: policies hold digests of API keys.
enum PolicySecret {
  /// The file that the proxies read.
  static let file = "policy.json"
  /// Of a whole Secret, as the API server keeps them; Base64 makes four bytes of three.
  static let maximumBytes = 1 << 20
  static let manager = "podium-operator"

  static func object(_ policy: TrafficPolicy, _ key: ObjectKey) throws -> KubeObject {
    let bytes = policy.json.bytes()
    guard bytes.count <= maximumBytes else { throw TooLarge(bytes: bytes.count) }
    var object = KubeObject(.secret, namespace: key.namespace, name: key.name)
    object["type"] = "Opaque"
    object["data"] = [file: .string(Data(bytes).base64EncodedString())]
    return object
  }

  struct TooLarge: Error, CustomStringConvertible {
    let bytes: Int

    var description: String {
      "the policy has \(bytes) bytes, and a Secret holds \(PolicySecret.maximumBytes): serve fewer models or API keys in one namespace, or "
        + "use the data plane in the operator's pods (dataPlane.mode: embedded), which has no such bound"
    }
  }
}
