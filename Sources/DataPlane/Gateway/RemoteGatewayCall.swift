import NIOCore

/// The handle of a request whose gateway has threads of its own: any of them may use it. The request lives on one of the event loops, where
/// it is decided and accounted for, as ``GatewayCall`` says.
///
/// Unchecked because the request is touched on its event loop only; everything here goes there first, and in order.
package final class RemoteGatewayCall: @unchecked Sendable {
  private let loop: LoopState
  private let request: GatewayRequest

  fileprivate init(_ loop: LoopState, settings: GatewaySettings) {
    self.loop = loop
    request = GatewayRequest(loop, Carrier(isSecure: false), settings: settings)
  }

  /// Asks once. The decision comes on the event loop when it is the request's turn; or never, when the call ends before.
  package func ask(_ question: GatewayQuestion, _ decide: @escaping @Sendable (GatewayDecision) -> Void) {
    loop.loop.execute { self.request.ask(question, decide) }
  }

  /// The head of an answer is at the gateway.
  package func answerBegan(status: Int, isEventStream: Bool) {
    loop.loop.execute { self.request.answerBegan(status: status, isEventStream: isEventStream, served: nil) }
  }

  /// A part of the answer's body.
  package func answerPart(_ part: ByteBuffer) { loop.loop.execute { self.request.answerPart(part) } }

  /// Nothing more comes.
  /// - Parameter isComplete: The answer has come whole, as far as the gateway knows.
  package func ended(isComplete: Bool) { loop.loop.execute { self.request.ended(isComplete: isComplete) } }
}

extension DataPlaneServer {
  /// A call on the next event loop in turn; `nil` before the server was started on one.
  package func remoteCall(_ settings: GatewaySettings) -> RemoteGatewayCall? {
    byLoop[ObjectIdentifier(group.next())].map { RemoteGatewayCall($0, settings: settings) }
  }
}
