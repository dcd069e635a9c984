import AsyncHTTPClient
import Foundation
import JSON
import NIOCore
import Routing
import Scheduling

/// JSON to a server and back: bounded in size and time, no redirect, and errors in the words of ``AttemptFailure``.
struct ModelServerConnection: Sendable {
  /// `http://HOST:PORT/PATH`, without a slash at its end.
  let base: String
  /// Sent as a bearer token; never shown.
  private let key: String?
  private let http: HTTPClient

  /// The largest answer: a long text is 100 KB, an embedding of 8,192 numbers as much.
  static let maximumAnswer = 8 * 1024 * 1024
  /// When a caller says nothing: a long answer of a large model takes minutes.
  static let longest: Duration = .seconds(600)

  init(_ url: String, key: String?, http: HTTPClient) {
    var base = url
    while base.hasSuffix("/") { base.removeLast() }
    self.base = base
    self.key = key
    self.http = http
  }

  /// What models are asked through: whoever makes it shuts it down. A connection that is refused fails at once, so that another server
  /// can be asked, and no redirect takes a prompt to somebody else.
  static func makeHTTPClient() -> HTTPClient {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)))
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
    return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
  }

  /// - Parameter body: `nil` for a GET.
  func send(_ path: String, _ body: JSONValue?, within limit: Duration?) async throws(ModelCallError) -> JSONValue {
    var request = HTTPClientRequest(url: base + path)
    request.headers.add(name: "accept", value: "application/json")
    if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
    if let body {
      request.method = .POST
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(body.bytes())
    }
    let deadline = NIODeadline.now() + TimeAmount(limit ?? Self.longest)
    let (status, retryAfter, bytes) = try await exchange(request, deadline)
    guard (200..<300).contains(status) else { throw Self.error(status, retryAfter, bytes) }
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw ModelCallError(.backend(.status5xx), "answered with something that is no JSON")
    }
  }

  private func exchange(_ request: HTTPClientRequest, _ deadline: NIODeadline) async throws(ModelCallError) -> (UInt, String?, [UInt8]) {
    do {
      let response = try await http.execute(request, deadline: deadline)
      let body = try await response.body.collect(upTo: Self.maximumAnswer)
      return (response.status.code, response.headers.first(name: "retry-after"), Array(body.readableBytesView))
    } catch is CancellationError {
      throw ModelCallError(.cancelled, "the caller went away")
    } catch is NIOTooManyBytesError {
      throw ModelCallError(.backend(.status5xx), "answered with more than \(Self.maximumAnswer / 1024 / 1024) MiB")
    } catch let error as HTTPClientError where error == .cancelled {
      throw ModelCallError(.cancelled, "the caller went away")
    } catch let error as HTTPClientError
      where [.deadlineExceeded, .readTimeout, .connectTimeout, .getConnectionFromPoolTimeout].contains(error)
    {
      throw ModelCallError(error == .connectTimeout ? .backend(.connect) : .backend(.timeout), "did not answer in time")
    } catch let error as HTTPClientError where error == .remoteConnectionClosed {
      throw ModelCallError(.backend(.reset), "broke off")
    } catch let error as HTTPClientError {
      throw ModelCallError(.backend(.reset), "failed: \(error.shortDescription)")
    } catch let error as IOError where error.errnoCode == ECONNRESET || error.errnoCode == EPIPE {
      throw ModelCallError(.backend(.reset), "broke off")
    } catch {
      throw Task.isCancelled ? ModelCallError(.cancelled, "the caller went away") : ModelCallError(.backend(.connect), "cannot be reached")
    }
  }

  /// Servers say what is wrong as `{"error": {"message": …}}`, `{"error": …}` or `{"detail": …}`.
  private static func error(_ status: UInt, _ retryAfter: String?, _ bytes: [UInt8]) -> ModelCallError {
    let json = try? JSONValue(parsing: bytes)
    let told = json?["error"]?["message"]?.string ?? json?["error"]?.string ?? json?["message"]?.string ?? json?["detail"]?.string
    let text = "answered with status \(status)\(told.map { ": \($0.prefix(400))" } ?? "")"
    let seconds = retryAfter.flatMap { Int($0) }.map { Duration.seconds(min(max($0, 0), 86_400)) }
    switch status {
    case 429: return ModelCallError(.overloaded, text, retryAfter: seconds)
    case 503: return ModelCallError(.backend(.status5xx), text, retryAfter: seconds)
    case 400..<500: return ModelCallError(.refused(status: Int(status)), text)
    // A redirect would take the prompt to somebody else: it is not followed.
    default: return ModelCallError(.backend(.status5xx), text)
    }
  }
}
