import Testing

/// What a server under test does not do, in one place, and why that is no fault of it.
enum Difference: CaseIterable {
  /// Deleting an owner deletes what it owns; deleting a namespace empties it.
  case garbageCollection
  /// `x-kubernetes-validations` in a CRD.
  case celRules
  /// `fieldValidation=Strict` refuses unknown fields.
  case fieldValidation
  /// `/openapi/v3`
  case openAPIv3
  /// Aggregated discovery at /api and /apis.
  case aggregatedDiscovery
  /// `sendInitialEvents=true` on a watch.
  case streamingLists
  /// A resource version that is too old gives 410 for a list, too.
  case expiredContinue
  /// Credentials are checked, and rights enforced.
  case authorization
  /// Built-in kinds are validated by their schemas: a Deployment without a selector is refused.
  case builtInValidation
  /// policy/v1, batch/v1 CronJob, discovery.k8s.io/v1 EndpointSlice
  case stableKindsOf121

  /// Why the server lacks it; `nil` when it has it.
  func reason(on target: ControlPlaneUnderTest, minor: Int) -> String? {
    switch (self, target) {
    case (.garbageCollection, .real): "kube-controller-manager collects garbage, and only kube-apiserver runs here"
    case (.celRules, .real) where minor < 25: "CEL rules came with Kubernetes 1.25"
    case (.fieldValidation, .real) where minor < 25: "fieldValidation came with Kubernetes 1.25"
    case (.openAPIv3, .real) where minor < 24: "OpenAPI v3 came with Kubernetes 1.24"
    case (.aggregatedDiscovery, .real) where minor < 27: "aggregated discovery came with Kubernetes 1.27"
    case (.streamingLists, .real) where minor < 32: "streaming lists are on since Kubernetes 1.32"
    case (.stableKindsOf121, .real) where minor < 21: "policy/v1 and discovery.k8s.io/v1 came with Kubernetes 1.21"
    case (.authorization, .embedded): "the embedded control plane is for development: it checks no credentials"
    case (.builtInValidation, .embedded): "the embedded control plane stores built-in kinds without checking their specs"
    default: nil
    }
  }
}

extension Cluster {
  func lacks(_ difference: Difference) async throws -> String? {
    difference.reason(on: target, minor: try await minorVersion())
  }

  /// Skips the test, saying why, when the server lacks something.
  func require(_ difference: Difference) async throws {
    if let reason = try await lacks(difference) { try Test.cancel("\(reason)") }
  }
}
