import JSON
import Kubernetes

/// Requests to one API server, sent and understood: rate limit on writes, retries of what is safe to repeat, refusals as errors.
package struct Client: Sendable {
  package let transport: any Transport
  private let gate: RateGate
  private let retry: RetryPolicy

  package init(_ transport: any Transport, gate: RateGate = RateGate(), retry: RetryPolicy = .standard) {
    self.transport = transport
    self.gate = gate
    self.retry = retry
  }

  /// Sends a request, again while it fails in passing and may be repeated, and reads the answer's JSON.
  @discardableResult
  package func send(_ request: APIRequest) async throws(KubeError) -> JSONValue {
    let start = Clocks.monotonic()
    var sent = 0
    while true {
      do {
        if request.isWrite { try await gate.pass() }
        sent += 1
        return try await sendOnce(request)
      } catch {
        let failure = KubeError(error)
        let elapsed = Clocks.monotonic() - start
        guard
          let delay = retry.delay(after: failure, request, sent: sent, elapsed: elapsed, random: .random(in: 0..<1)),
          (try? await Task.sleep(for: delay)) != nil
        else { throw failure }
      }
    }
  }

  /// Sends a request once: for callers who have a backoff of their own.
  package func sendOnce(_ request: APIRequest) async throws(KubeError) -> JSONValue {
    let response: APIResponse
    do {
      response = try await transport.send(request)
    } catch {
      throw KubeError(error)
    }
    guard (200..<300).contains(response.head.status) else { throw KubeError(refusal: response.head, body: response.body) }
    do {
      return response.body.isEmpty ? .null : try JSONValue(parsing: response.body)
    } catch {
      throw KubeError.decode("\(request.method.rawValue) \(request.path): \(error)")
    }
  }
}

extension KubeError {
  /// Any error as the caller of a request needs it.
  package init(_ error: any Error) {
    switch error {
    case let error as KubeError: self = error
    case let error as TransportError: self = .transport(error.message, isTransient: error.isTransient)
    case is CancellationError: self = .cancelled
    default: self = .transport("\(error)", isTransient: false)
    }
  }

  /// An answer whose status is not 2xx. A body that is no Status (a proxy's page) is quoted in part.
  package init(refusal head: APIResponseHead, body: [UInt8]) {
    if let json = try? JSONValue(parsing: body), json["kind"]?.string == "Status" {
      var status = APIStatus(json, code: head.status)
      if let retryAfter = head.retryAfter { status = status.with(retryAfter: retryAfter) }
      self = .status(status)
    } else {
      let text = String(decoding: body.prefix(200), as: UTF8.self)
      self = .status(APIStatus(code: head.status, message: text, retryAfter: head.retryAfter))
    }
  }
}
