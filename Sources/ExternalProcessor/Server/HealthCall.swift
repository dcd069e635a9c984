import DataPlane
import NIOCore
import SwiftProtobuf

/// `grpc.health.v1.Health`: what Kubernetes' probes and gateways ask.
///
/// ```
/// Check  one question, one answer                    NOT_FOUND for a service that is not here
/// Watch  one question, an answer, and another one whenever it changes; UNAVAILABLE when the process drains: ask elsewhere
///        SERVICE_UNKNOWN for a service that is not here, and the call goes on (it might come, says the protocol; here it does not)
/// ```
/// Unchecked because it is confined to the event loop of its stream.
final class HealthCall: GRPCCall, @unchecked Sendable {
  enum Method: String {
    case check = "/grpc.health.v1.Health/Check"
    case watch = "/grpc.health.v1.Health/Watch"
  }

  /// What depends on readiness, by the names that are probed: the server as a whole, Kubernetes' probe, the service, and the name by which
  /// deployments of the Inference Extension ask.
  static let ready: Set<String> = ["", "readiness", "envoy.service.ext_proc.v3.ExternalProcessor", "inference-extension"]
  static let alive: Set<String> = ["liveness"]

  private let method: Method
  private let plane: DataPlaneServer
  private var service: String?
  private var said: EnvoyHealthCheckResponse.ServingStatus?
  private var watch: ReadinessWatch?

  init(_ method: Method, _ plane: DataPlaneServer) {
    self.method = method
    self.plane = plane
  }

  func receive(_ message: ByteBuffer, _ stream: GRPCStream) throws(GRPCStatus) {
    guard service == nil else { throw Self.notOneMessage }
    let service: String
    do {
      service = try EnvoyHealthCheckRequest(serializedBytes: Array(message.readableBytesView)).service
    } catch {
      throw GRPCStatus(code: .invalidArgument, message: "not a HealthCheckRequest")
    }
    self.service = service
    switch method {
    case .check:
      guard let status = status(of: service) else {
        throw GRPCStatus(code: .notFound, message: "there is no service '\(service.prefix(200))' here")
      }
      say(status, stream)
      stream.finish(.ok)
    case .watch:
      // First, so that no change is missed.
      watch = stream.eventLoop.map { loop in plane.watchReadiness { loop.execute { self.tell(stream) } } }
      tell(stream)
    }
  }

  private func status(of service: String) -> EnvoyHealthCheckResponse.ServingStatus? {
    if Self.alive.contains(service) { return .serving }
    return Self.ready.contains(service) ? (plane.readiness == .ready ? .serving : .notServing) : nil
  }

  /// Says what has changed.
  private func tell(_ stream: GRPCStream) {
    guard watch != nil, let service else { return }
    let status = status(of: service) ?? .serviceUnknown
    if status != said { say(status, stream) }
    // The call would outlast everything that is under way.
    if plane.readiness == .ending { stream.finish(GRPCStatus(code: .unavailable, message: "the process ends")) }
  }

  private func say(_ status: EnvoyHealthCheckResponse.ServingStatus, _ stream: GRPCStream) {
    said = status
    var answer = EnvoyHealthCheckResponse()
    answer.status = status
    if let bytes: [UInt8] = try? answer.serializedBytes() { stream.send(bytes) }
  }

  private static let notOneMessage = GRPCStatus(code: .invalidArgument, message: "a health check has one message")

  /// Who watches has nothing more to say, and listens.
  func halfClosed() -> GRPCStatus? { method == .watch && service != nil ? nil : Self.notOneMessage }

  func closed() {
    watch?.cancel()
    watch = nil
  }
}
