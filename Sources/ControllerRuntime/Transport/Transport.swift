import Kubernetes

/// Carries requests to one API server. `CurlTransport` does it with libcurl; tests do it with a script.
package protocol Transport: Sendable {
  /// Sends a request and reads the whole answer, whatever its status. Throws ``TransportError`` or `CancellationError`.
  func send(_ request: APIRequest) async throws -> APIResponse

  /// Sends a request and hands the answer over while it arrives; the transfer ends when `body` returns or throws.
  /// Throws ``TransportError``, `CancellationError` or what `body` throws.
  func stream<Result: Sendable>(
    _ request: APIRequest, _ body: (APIResponseHead, any ByteSource) async throws -> Result
  ) async throws -> Result
}

/// The bytes of an answer, as they come: reading slowly slows the server down.
package protocol ByteSource: Sendable {
  /// The next bytes; `nil` at the end of the answer.
  func next() async throws -> [UInt8]?
}
