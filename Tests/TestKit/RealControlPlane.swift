import Foundation
import Synchronization

/// A real etcd and kube-apiserver on loopback: one for the whole test process, started when first asked for.
///
/// `hack/kube-apiserver serve` runs them and ends them when this process ends, in whatever way. Tests share it: each
/// works in a namespace, and with API groups, of its own.
package struct RealControlPlane: Sendable {
  /// The folder with the kubeconfigs and pki/.
  package let folder: String
  /// `https://127.0.0.1:PORT`
  package let server: String

  /// Administrator, by client certificate.
  package var kubeconfig: String { "\(folder)/kubeconfig" }
  /// User `operator` of group `operators`, by bearer token; no rights until a binding gives them.
  package var operatorKubeconfig: String { "\(folder)/kubeconfig-operator" }
  /// User `limited`, who may do nothing.
  package var limitedKubeconfig: String { "\(folder)/kubeconfig-limited" }
  package var authority: String { "\(folder)/pki/ca.crt" }
  package var adminCertificate: String { "\(folder)/pki/admin.crt" }
  package var adminKey: String { "\(folder)/pki/admin.key" }
  package static let operatorToken = "operator-token"

  /// Whether the tests may use one: it is built (or given by KUBEBUILDER_ASSETS), or hack/check requires it.
  package static let isAvailable: Bool = isRequired || commandSucceeds()
  /// Set by hack/check: then a missing kube-apiserver is a failure and not a reason to skip.
  package static let isRequired = ProcessInfo.processInfo.environment["PODIUM_REQUIRE_KUBE_APISERVER"] == "1"

  private static let start = Task<(ChildProcess, RealControlPlane), any Error> { try await launch() }

  /// The one of this process; the first call starts it, in some seconds.
  package static func shared() async throws -> RealControlPlane { try await start.value.1 }

  private static func launch() async throws -> (ChildProcess, RealControlPlane) {
    try await launch(in: "\(NSTemporaryDirectory())podium-kube-apiserver-\(ProcessInfo.processInfo.processIdentifier)")
  }

  /// One more, which ends with the child.
  static func launch(in folder: String) async throws -> (ChildProcess, RealControlPlane) {
    let child = try ChildProcess("\(Places.repository)/hack/kube-apiserver", ["serve", folder], input: .open)
    try await eventually("kube-apiserver is ready", within: .seconds(240)) {
      child.output.contains("KUBECONFIG=") || child.exitStatus() != nil
    }
    if let status = child.exitStatus() { throw TestKitError("hack/kube-apiserver ended with status \(status): \(child.errors)") }
    let text = try Places.text("\(folder)/kubeconfig")
    guard let range = text.range(of: "https://127.0.0.1:[0-9]+", options: .regularExpression) else {
      throw TestKitError("no server in the kubeconfig of the real control plane")
    }
    return (child, RealControlPlane(folder: folder, server: String(text[range])))
  }

  private static func commandSucceeds() -> Bool {
    guard let child = try? ChildProcess("\(Places.repository)/hack/kube-apiserver", ["env"]) else { return false }
    while true {
      if let status = child.exitStatus() { return status == 0 }
      usleep(2_000)
    }
  }
}
