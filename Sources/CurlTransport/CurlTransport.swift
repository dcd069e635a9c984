import ControllerRuntime
import Foundation
import Kubernetes
import Logging

/// Carries requests to one API server with libcurl: HTTP/2 with all requests on one connection over TLS, HTTP/1.1 without.
///
/// Use one for reconciling and another for the lease, so that a sick watch connection cannot cost leadership.
package final class CurlTransport: Transport {
  /// Bounds of this client, each for a reason.
  package struct Limits: Sendable {
    /// For a whole request and answer; a list of 10,000 large objects takes well under a second on a healthy server.
    package var deadline: Duration = .seconds(30)
    /// A watch brings a bookmark about every minute; twice that without a byte is a dead connection.
    package var silence: Duration = .seconds(120)
    /// An answer larger than this is refused: lists are read in pages.
    package var maximumBody = 256 << 20
    /// Bytes that wait for a slow reader of a watch before the server is slowed down. Over HTTP/2 libcurl itself holds up to 32 MiB
    /// more, the window that it gives each stream; other streams go on.
    package var highWater = 1 << 20

    package init() {}
  }

  package let connection: ClusterConnection
  private let limits: Limits
  private let credentials: CredentialSource
  private let engine: CurlEngine
  private let userAgent: String
  private let logger: Logger

  package init(_ connection: ClusterConnection, limits: Limits = Limits(), userAgent: String = "podium", logger: Logger) {
    self.connection = connection
    self.limits = limits
    self.userAgent = userAgent
    self.logger = logger
    credentials = CredentialSource(connection)
    engine = CurlEngine(maximumHostConnections: connection.isTLS ? 4 : 0)
  }

  deinit { engine.post(.stop) }

  /// Ends everything under way; requests from now on fail at once.
  package func shutdown() { engine.post(.stop) }

  /// Connections opened so far.
  package var connectionsOpened: Int { engine.connections.load(ordering: .relaxed) }

  package func send(_ request: APIRequest) async throws -> APIResponse {
    try await stream(request) { head, source in
      var body: [UInt8] = []
      while let chunk = try await source.next() {
        guard body.count + chunk.count <= self.limits.maximumBody else {
          throw TransportError(
            .interrupted, "\(self.connection.server)\(request.path): the answer is larger than \(self.limits.maximumBody) bytes")
        }
        body.append(contentsOf: chunk)
      }
      return APIResponse(head: head, body: body)
    }
  }

  package func stream<Result: Sendable>(
    _ request: APIRequest, _ body: (APIResponseHead, any ByteSource) async throws -> Result
  ) async throws -> Result {
    var mayRefresh = true
    while true {
      try Task.checkCancellation()
      let call = try await call(request)
      let transfer = engine.start(call)
      defer { engine.post(.cancel(transfer)) }
      do {
        let head = try await transfer.head()
        if head.status == 401, mayRefresh, await credentials.refresh(refused: call) {
          mayRefresh = false
          continue
        }
        let result = try await body(head, transfer)
        try Task.checkCancellation()
        return result
      } catch let failure as CurlFailure {
        try Task.checkCancellation()
        throw TransportError(failure, request, connection)
      }
    }
  }

  /// Notices a connection that died without a word: asks `/readyz` over it now and then, and drops it when two answers in a
  /// row stay out. libcurl's multi interface cannot send HTTP/2 pings. Runs until cancelled or shut down.
  package func watchOver(interval: Duration = .seconds(30), patience: Duration = .seconds(10)) async throws {
    guard connection.isTLS else { return }
    var missed = 0
    while true {
      try await Task.sleep(for: interval)
      // Credentials that cannot be had say nothing about the connection.
      guard var call = try? await call(APIRequest(.get, "/readyz", accept: "*/*")) else { continue }
      call.deadline = patience
      let transfer = engine.start(call)
      defer { engine.post(.cancel(transfer)) }
      do {
        // Any answer will do, a refusal too.
        _ = try await transfer.head()
        missed = 0
      } catch let error as TransportError where error.kind == .shutdown {
        return
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        missed += 1
        if missed == 2 {
          logger.warning("the API server no longer answers on this connection: opening a new one", metadata: ["error": "\(error)"])
          engine.post(.reset)
          missed = 0
        }
      }
    }
  }

  private func call(_ request: APIRequest) async throws -> CurlCall {
    var headers = ["Accept: \(request.accept)", "User-Agent: \(userAgent)"]
    if let contentType = request.contentType { headers.append("Content-Type: \(contentType)") }
    if let authorization = try await credentials.authorization() { headers.append("\(CurlCall.authorizationName)\(authorization)") }
    var call = CurlCall(
      method: request.method.rawValue, url: connection.server + request.target, headers: headers, body: request.body,
      tls: try await credentials.tls(), proxy: connection.proxyURL, deadline: request.isWatch ? nil : limits.deadline,
      silence: request.isWatch ? limits.silence : nil, highWater: limits.highWater,
      acceptsGzip: request.method == .get && !request.isWatch)
    adaptToAddress(&call, request)
    return call
  }

  /// Another name in the certificate than in the URL; and no proxy for addresses of this machine, whatever the environment says.
  private func adaptToAddress(_ call: inout CurlCall, _ request: APIRequest) {
    guard let url = URL(string: connection.server), let host = url.host else { return }
    if call.proxy == nil, host == "localhost" || host == "::1" || host.hasPrefix("127.") { call.proxy = "" }
    guard let name = connection.tlsServerName, !name.isEmpty, connection.isTLS else { return }
    let port = url.port ?? 443
    let address = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    call.url = "https://\(name):\(port)\(url.path)\(request.target)"
    call.connectTo = "\(name):\(port):\(address):\(port)"
    call.headers.append("Host: \(address):\(port)")
  }
}
