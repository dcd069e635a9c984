import NIOCore

/// The handle of one request that a gateway carries: for the event loop of the gateway's stream only, where it is decided and accounted for.
///
/// ```
/// ask ──▶ decision ──▶ answerBegan ──▶ answerPart … ──▶ ended
///   └────────────┴───────────┴───────────┴─── ended: the client has gone, whatever comes after is ignored
/// ```
package struct GatewayCall {
  private let request: GatewayRequest

  init(_ loop: LoopState, _ carrier: Carrier, settings: GatewaySettings) {
    request = GatewayRequest(loop, carrier, settings: settings)
  }

  /// Asks once. The decision comes when it is the request's turn, which may be before this returns; or never, when the call ends before.
  package func ask(_ question: GatewayQuestion, _ decide: @escaping (GatewayDecision) -> Void) { request.ask(question, decide) }

  /// The head of an answer is at the gateway.
  /// - Parameter served: The endpoint that gave it, where the gateway says so.
  package func answerBegan(status: Int, isEventStream: Bool, served: String?) {
    request.answerBegan(status: status, isEventStream: isEventStream, served: served)
  }

  /// A part of the answer's body.
  package func answerPart(_ part: ByteBuffer) { request.answerPart(part) }

  /// Nothing more comes.
  /// - Parameter isComplete: The answer has come whole, as far as the gateway lets us know.
  package func ended(isComplete: Bool) { request.ended(isComplete: isComplete) }
}

extension DataPlaneServer {
  /// A request's body may have so many bytes.
  package var bodyLimit: Int { context.configuration.limits.bodyBytes }
}
