import Foundation
import TestKit
import Testing

/// A server that the suites run against.
enum ControlPlaneUnderTest: String, CaseIterable, Sendable, CustomTestStringConvertible {
  /// Podium's own, in this process: what `podium dev` serves.
  case embedded
  /// A kube-apiserver with etcd.
  case real

  var testDescription: String { self == .embedded ? "the embedded control plane" : "a real kube-apiserver" }

  /// Those that can run here. hack/check requires both; otherwise the real one is left out where it is not built.
  static let all: [ControlPlaneUnderTest] = RealControlPlane.isAvailable ? [.embedded, .real] : [.embedded]

  /// The running server; the first call starts it.
  func cluster() async throws -> Cluster {
    switch self {
    case .embedded: try await EmbeddedCluster.shared()
    case .real: try await Cluster(real: RealControlPlane.shared())
    }
  }
}

/// How to reach a running server.
struct Cluster: Sendable {
  let target: ControlPlaneUnderTest
  /// A kubeconfig with all rights.
  let kubeconfig: String
  let api: API
  /// Holds the kubeconfig and what kubectl caches beside it.
  private let directory: TemporaryDirectory?

  init(target: ControlPlaneUnderTest, kubeconfig: String, api: API, directory: TemporaryDirectory? = nil) {
    self.target = target
    self.kubeconfig = kubeconfig
    self.api = api
    self.directory = directory
  }

  init(real: RealControlPlane) {
    self.init(
      target: .real, kubeconfig: real.kubeconfig,
      api: API(server: real.server, options: ["--cacert", real.authority, "--cert", real.adminCertificate, "--key", real.adminKey]))
  }

  /// `1.20` of `v1.20.2`, as a number to compare: 20.
  func minorVersion() async throws -> Int {
    let version = try await api.get("/version").must(200).json
    return Int(version["minor"]?.string?.prefix { $0.isNumber } ?? "") ?? 0
  }
}

/// A namespace, and a group for custom resources, that one test has for itself.
struct Sandbox: Sendable {
  let cluster: Cluster
  let namespace: String
  /// A part of names that nobody else uses.
  let id: String

  var api: API { cluster.api }

  init(_ target: ControlPlaneUnderTest) async throws { try await self.init(target.cluster()) }

  init(_ cluster: Cluster) async throws {
    self.cluster = cluster
    id = String(UUID().uuidString.prefix(8)).lowercased()
    namespace = "conformance-\(id)"
    try await api.post("/api/v1/namespaces", ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]]).must(201)
  }

  /// The path of a collection of the core group in the namespace.
  func core(_ plural: String) -> String { "/api/v1/namespaces/\(namespace)/\(plural)" }

  /// The path of a collection of another group in the namespace.
  func collection(_ group: String, _ plural: String) -> String { "/apis/\(group)/namespaces/\(namespace)/\(plural)" }

  /// Runs kubectl in the namespace.
  func kubectl(_ kubectl: Kubectl, _ arguments: String..., input: String? = nil, environment: [String: String] = [:]) async throws
    -> CommandResult
  {
    try await kubectl.run(
      ["--namespace", namespace] + arguments, kubeconfig: cluster.kubeconfig, input: input, environment: environment)
  }
}
