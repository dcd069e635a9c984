/// What is to be done next for one stream; in the order given.
enum StreamStep: Sendable {
  /// Asks the scheduler; it answers in `StreamMachine.decided`.
  case ask(StreamQuestion)
  case reply(StreamReply)
  /// Tells the scheduler how the answer goes.
  case answerBegan(status: Int, isEventStream: Bool, served: String?)
  case answerPart([UInt8])
  case ended(isComplete: Bool)
}

struct StreamQuestion: Sendable {
  var fields: [HeaderField]
  /// `nil` when Envoy keeps the body.
  var body: [UInt8]?
  var subset: Set<String>?
  var clientAddress: String?
}

enum StreamDecision: Sendable {
  /// - Parameters:
  ///   - endpoints: The first is meant, the others are for Envoy's own retries; never empty.
  ///   - body: As the model servers are to read it; `nil` when Envoy has kept it.
  case forward(endpoints: [String], mutation: HeaderMutation, answerHeaders: [HeaderField], body: [UInt8]?)
  case answer(ImmediateAnswer)
}

/// What becomes different in a head. Headers that are set take the place of those with the same name.
struct HeaderMutation: Equatable, Sendable {
  var set: [HeaderField] = []
  var removed: [String] = []
}

struct ImmediateAnswer: Equatable, Sendable {
  var status: Int
  var headers: [HeaderField]
  var body: [UInt8]
  /// A fixed word for Envoy's access log.
  var code: String
}

/// A message to Envoy's filter.
enum StreamReply: Equatable, Sendable {
  /// - Parameter destination: For the load balancer, in dynamic metadata.
  case requestHeaders(HeaderMutation, destination: String?)
  case requestBody([UInt8], ends: Bool)
  case requestTrailers
  case responseHeaders(HeaderMutation)
  /// Instead of the part that came; `nil` leaves it as it is.
  case responseBody([UInt8]?, ends: Bool)
  case responseTrailers
  case immediate(ImmediateAnswer)
}

/// The peer does not speak the protocol, or speaks a part of it that is not served here.
enum StreamFault: Error, Equatable {
  case unexpected(String)
  case observation
  case mode(String)
  case tooMuch(limit: Int)

  var message: String {
    switch self {
    case .unexpected(let what): what
    case .observation: "observability_mode is not served: a request that is not held cannot be scheduled"
    case .mode(let what): what
    case .tooMuch(let limit): "more than \(limit) bytes of a request's body"
    }
  }
}
