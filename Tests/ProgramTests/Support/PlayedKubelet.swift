import Foundation
import JSON
import TestKit

/// What the kubelet and the endpoint controller do for the chart's data plane: proxies as processes, the policy's Secret as their mount, and
/// the EndpointSlices of the Service that finds them all.
final class PlayedKubelet: Sendable {
  let proxies: [RunningProxy]
  private let cluster: PodiumCluster
  private let folder: TemporaryDirectory

  /// - Parameter chart: rendered with `dataPlane.mode=deployment`, for the namespace `default`.
  init(_ chart: PodiumChart, replicas: Int, in cluster: PodiumCluster) async throws {
    guard let address = Machine.address else { throw TestKitError("this machine has no address but loopback") }
    self.cluster = cluster
    folder = try TemporaryDirectory()
    for kind in ["Secret", "ServiceAccount"] {
      for name in ["podium-data-plane-policy", "podium-data-plane-fleet", "podium-data-plane"] {
        if let object = chart[kind, name] { try await cluster.apply(object.text()) }
      }
    }
    let configuration = try Self.text(chart["ConfigMap", "podium-data-plane"]?[["data", "proxy.yaml"]])
    let key = try Self.text(chart["Secret", "podium-data-plane-fleet"]?[["data", "key"]])
    let keyFile = try folder.write(String(decoding: Data(base64Encoded: key) ?? Data(), as: UTF8.self), to: "key")
    let ports = try RunningFleet.freePorts(replicas)
    proxies = try await ports.asyncMap { port in
      try await RunningProxy.start(
        configuration: configuration, "--fleet-listen", "127.0.0.1:\(port)", "--fleet-key-file", keyFile,
        options: ports.flatMap { ["--fleet-peer", "127.0.0.1:\($0)"] })
    }
    for (index, proxy) in proxies.enumerated() {
      try await cluster.apply(
        """
        {"apiVersion": "discovery.k8s.io/v1beta1", "kind": "EndpointSlice", "addressType": "IPv4",
         "metadata": {"name": "podium-data-plane-peers-\(index)", "labels": {"kubernetes.io/service-name": "podium-data-plane-peers"}},
         "endpoints": [{"addresses": ["\(address)"], "conditions": {"ready": true}}],
         "ports": [{"name": "fleet", "port": \(ports[index]), "protocol": "UDP"}, {"name": "admin", "port": \(proxy.adminPort), "protocol": "TCP"}]}
        """)
    }
  }

  private static func text(_ value: JSONValue?) throws -> String {
    guard let text = value?.string else { throw TestKitError("the chart has no such value") }
    return text
  }

  /// The policy that is in the Secret now; `nil` when none is.
  func policy() async throws -> JSONValue? {
    let secret = try await cluster.json("secret/podium-data-plane-policy")
    guard let data = secret[["data", "policy.json"]]?.string, let bytes = Data(base64Encoded: data) else { return nil }
    return try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
  }

  /// Updates the mounts of some proxies, all unless told otherwise. Returns the revision; `nil` when the Secret is empty.
  @discardableResult
  func sync(_ some: [RunningProxy]? = nil) async throws -> String? {
    guard let policy = try await policy() else { return nil }
    for proxy in some ?? proxies { try proxy.mount.update(["policy.json": policy.text()]) }
    return policy["revision"]?.string
  }
}
