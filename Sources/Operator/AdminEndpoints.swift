import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// `/healthz`, `/readyz` and `/metrics` for kubelet, load balancers and Prometheus.
package struct AdminEndpoints: Service {
  /// Whether the process can do its work now, and the parts that cannot.
  package struct Readiness: Sendable {
    package var isReady: Bool
    /// One line a part: `ok informers` or `waiting informers: …`.
    package var lines: [String]

    package init(isReady: Bool, lines: [String]) {
      self.isReady = isReady
      self.lines = lines
    }
  }

  private let host: String
  private let port: Int
  private let portFlag: String
  private let logger: Logger
  private let readiness: @Sendable () async -> Readiness
  private let metrics: @Sendable () async -> String
  private let onListening: @Sendable (Int) async -> Void
  private let others: (any HTTPResponder<BasicRequestContext>)?

  /// - Parameters:
  ///   - port: `0` chooses a free one; `onListening` learns which.
  ///   - portFlag: the option that sets the port, for the message when it is in use.
  ///   - metrics: the page in Prometheus' text format.
  ///   - others: answers every other path.
  package init(
    host: String, port: Int, portFlag: String, logger: Logger, readiness: @escaping @Sendable () async -> Readiness,
    metrics: @escaping @Sendable () async -> String, others: (any HTTPResponder<BasicRequestContext>)? = nil,
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.host = host
    self.port = port
    self.portFlag = portFlag
    self.logger = logger
    self.readiness = readiness
    self.metrics = metrics
    self.others = others
    self.onListening = onListening
  }

  package func run() async throws {
    var quiet = logger
    quiet.logLevel = .warning
    let onListening = self.onListening
    let application = Application(
      responder: AdminResponder(own: router().buildResponder(), others: others),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) }, logger: quiet)
    do {
      try await application.run()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw PortInUse(host: host, port: port, flag: portFlag)
    }
  }

  private func router() -> Router<BasicRequestContext> {
    let router = Router()
    let (readiness, metrics) = (self.readiness, self.metrics)
    router.get("/healthz") { _, _ in "ok\n" }
    router.get("/readyz") { _, _ in
      let state = await readiness()
      return Self.text(state.lines.joined(separator: "\n") + "\n", status: state.isReady ? .ok : .serviceUnavailable)
    }
    router.get("/metrics") { _, _ in Self.text(await metrics(), type: "text/plain; version=0.0.4; charset=utf-8") }
    return router
  }

  private static func text(
    _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
  ) -> Response {
    Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

/// The three paths here, and everything else elsewhere.
private struct AdminResponder: HTTPResponder {
  let own: RouterResponder<BasicRequestContext>
  let others: (any HTTPResponder<BasicRequestContext>)?

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    guard let others, !["/healthz", "/readyz", "/metrics"].contains(request.uri.path) else {
      return try await own.respond(to: request, context: context)
    }
    return try await others.respond(to: request, context: context)
  }
}

/// Another program listens where these endpoints should.
package struct PortInUse: Error, CustomStringConvertible {
  let host: String
  let port: Int
  let flag: String

  package var description: String {
    "port \(port) on \(host) is already in use: stop what listens there, or choose another with \(flag) (0 takes any free one)"
  }
}
