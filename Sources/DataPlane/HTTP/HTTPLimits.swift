/// Bounds on what one peer may make us hold.
package struct HTTPLimits: Sendable, Equatable {
  /// Bytes of a request or response head. The usual 8 KiB of other servers, times four: tokens and traces are long.
  package var headBytes = 32 * 1024
  /// Lines in a head.
  package var headerLines = 100
  /// Bytes of a request target.
  package var targetBytes = 8 * 1024
  /// Bytes of a request's body: it is held until the request is dispatched, so that it can wait and be retried.
  package var bodyBytes = 64 * 1024 * 1024

  /// Bytes of one WebSocket message of a client, over all its fragments. OpenAI takes 15 MiB of audio in one event.
  package var messageBytes = 16 * 1024 * 1024

  package init() {}
}
