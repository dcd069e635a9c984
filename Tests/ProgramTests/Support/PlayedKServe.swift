import Foundation
import JSON
import TestKit

/// What KServe, the kubelet and the endpoint controller would make of an InferenceService: a model server, the EndpointSlice that
/// says where it is, and a status. It ends with this value.
final class PlayedKServe: Sendable {
  private let server: ChildProcess

  /// Runs the container of an InferenceService as a process of this machine.
  init(_ name: String, in cluster: PodiumCluster) async throws {
    guard let address = Machine.address else { throw TestKitError("this machine has no address but loopback") }
    let service = try await cluster.json("inferenceservice/\(name)")
    let arguments = service[["spec", "predictor", "containers"]]?[0]?["args"]?.strings ?? []
    let server = try ChildProcess(RunningOperator.program, arguments + ["--host", address, "--port", "0"])
    self.server = server
    let port = try await eventually("the model server listens", within: .seconds(60)) { () -> Int? in
      if let status = server.exitStatus() { throw TestKitError("it ended with \(status): \(server.errors)") }
      return server.errors.firstMatch(of: /port=([0-9]+)/).flatMap { Int($0.output.1) }
    }
    try await cluster.apply(
      """
      {"apiVersion": "discovery.k8s.io/v1beta1", "kind": "EndpointSlice", "addressType": "IPv4",
       "metadata": {"name": "\(name)-predictor-abcde", "labels": {"kubernetes.io/service-name": "\(name)-predictor"}},
       "endpoints": [{"addresses": ["\(address)"], "conditions": {"ready": true}}],
       "ports": [{"name": "http1", "port": \(port), "protocol": "TCP"}]}
      """)
    try await cluster.kubectl(
      "patch", "inferenceservice", name, "--subresource=status", "--type=merge", "-p",
      """
      {"status": {"conditions": [{"type": "PredictorReady", "status": "True"}, {"type": "Ready", "status": "True"}],
       "url": "http://\(name).default.example.com", "modelStatus": {"transitionStatus": "UpToDate"}}}
      """
    ).checked()
  }
}
