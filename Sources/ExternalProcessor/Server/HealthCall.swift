import NIOCore
import SwiftProtobuf

/// `grpc.health.v1.Health.Check`: what Kubernetes' probes and gateways ask. `Watch` is not served: who asks for it goes on with `Check`.
final class HealthCall: GRPCCall {
  static let path = "/grpc.health.v1.Health/Check"

  /// What depends on readiness, by the names that are probed: the server as a whole, Kubernetes' probe, the service, and the name by which
  /// deployments of the Inference Extension ask.
  static let ready: Set<String> = ["", "readiness", "envoy.service.ext_proc.v3.ExternalProcessor", "inference-extension"]
  static let alive: Set<String> = ["liveness"]

  private let isReady: () -> Bool

  init(isReady: @escaping () -> Bool) { self.isReady = isReady }

  func receive(_ message: ByteBuffer, _ stream: GRPCStream) throws(GRPCStatus) {
    let service: String
    do {
      service = try EnvoyHealthCheckRequest(serializedBytes: Array(message.readableBytesView)).service
    } catch {
      throw GRPCStatus(code: .invalidArgument, message: "not a HealthCheckRequest")
    }
    var answer = EnvoyHealthCheckResponse()
    if Self.alive.contains(service) {
      answer.status = .serving
    } else if Self.ready.contains(service) {
      answer.status = isReady() ? .serving : .notServing
    } else {
      throw GRPCStatus(code: .notFound, message: "there is no service '\(service.prefix(200))' here")
    }
    if let bytes: [UInt8] = try? answer.serializedBytes() { stream.send(bytes) }
    stream.finish(.ok)
  }

  func halfClosed() -> GRPCStatus { GRPCStatus(code: .invalidArgument, message: "a health check has one message") }

  func closed() {}
}
