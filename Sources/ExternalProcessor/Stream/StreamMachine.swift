/// One stream of Envoy's external processing, which is one request of a client: what may be said when, and what it means. Sans I/O.
///
/// ```
///                                      ┌─ refused ──────────────────────────────────────────────────────────▶ over
/// start ─request headers─▶ reading ─body complete─▶ asked ─decided─▶ forwarded ─response headers─▶ answering ─end─▶ over
///   │                        (no body is sent: at once)  │                                                        ▲
///   └─response headers─▶ unrelated ◀─response headers────┘ the gateway has answered by itself ────────────────────┘
/// ```
/// Everything else is nonsense: the stream ends with a status, and the others go on.
struct StreamMachine: Sendable {
  struct Settings: Sendable {
    /// Bytes of a request's body that are read.
    var bodyLimit = 64 << 20
    /// How bodies come where the peer does not say so: before Envoy 1.32.
    var modes: (request: FilterMessage.BodyMode, response: FilterMessage.BodyMode) = (.none, .none)
    /// For the conformance tests of gateways: a request says in `test-epp-endpoint-selection` where it goes.
    var honoursTestSelection = false
  }

  enum State: Equatable, Sendable { case start, reading, asked, forwarded, answering, unrelated, refused, over }

  static let destination = "x-gateway-destination-endpoint"
  static let testSelection = "test-epp-endpoint-selection"
  static let testServed = "x-conformance-test-served-endpoint"
  /// Bytes of a body in one message: what gateways take (Gateway API Inference Extension, `BodyByteLimit`).
  static let chunkBytes = 62_000

  private let settings: Settings
  private(set) var state = State.start
  private var modes: (request: FilterMessage.BodyMode, response: FilterMessage.BodyMode) = (.none, .none)
  private var question = StreamQuestion(fields: [])
  private var hasTrailers = false
  private var answerHeaders: [HeaderField] = []
  private var isTest = false
  /// Bytes of a body that nobody reads any more.
  private var dropped = 0

  init(_ settings: Settings) { self.settings = settings }

  mutating func receive(_ message: FilterMessage) throws(StreamFault) -> [StreamStep] {
    guard !message.isObservation else { throw .observation }
    switch state {
    case .start: return try begin(message)
    case .reading: return try read(message)
    case .asked: return try giveUp(message)
    case .forwarded: return try beginAnswer(message)
    case .answering: return try relayAnswer(message)
    case .unrelated: return try passUnrelated(message)
    case .refused: return try drop(message)
    case .over: throw .unexpected("a message after the end of the answer")
    }
  }

  // MARK: The request

  private mutating func begin(_ message: FilterMessage) throws(StreamFault) -> [StreamStep] {
    switch message.content {
    case .requestHeaders(let fields, let ends):
      modes = message.modes ?? settings.modes
      guard modes.request == .none || modes.request == .fullDuplex else {
        throw .mode("request_body_mode must be NONE or FULL_DUPLEX_STREAMED")
      }
      guard modes.response != .other else { throw .mode("response_body_mode must be NONE, STREAMED or FULL_DUPLEX_STREAMED") }
      question = StreamQuestion(fields: fields, subset: message.subset, clientAddress: message.clientAddress)
      guard modes.request == .fullDuplex else { return ask() }
      question.body = []
      state = .reading
      return ends ? ask() : []
    case .responseHeaders(_, let ends):
      // A filter before this one, or Envoy itself, has answered.
      modes = message.modes ?? settings.modes
      state = ends ? .over : .unrelated
      return [.reply(.responseHeaders(HeaderMutation()))]
    default: throw .unexpected("a stream begins with the headers of a request")
    }
  }

  private mutating func read(_ message: FilterMessage) throws(StreamFault) -> [StreamStep] {
    switch message.content {
    case .requestBody(let bytes, let ends):
      guard bytes.count <= settings.bodyLimit - (question.body?.count ?? 0) else {
        state = .refused
        question.body = nil
        dropped = bytes.count
        return [.reply(.immediate(.tooLarge(limit: settings.bodyLimit)))]
      }
      question.body?.append(contentsOf: bytes)
      return ends ? ask() : []
    case .requestTrailers:
      hasTrailers = true
      return ask()
    default: return try giveUp(message)
    }
  }

  private mutating func ask() -> [StreamStep] {
    state = .asked
    let question = question
    self.question = StreamQuestion(fields: [])
    if settings.honoursTestSelection, let wanted = question.fields.first(where: { $0.name == Self.testSelection })?.value {
      isTest = true
      let endpoints = wanted.split(separator: ",").map { String($0.drop { $0 == " " }) }
      return decided(.forward(endpoints: endpoints, mutation: HeaderMutation(), answerHeaders: [], body: question.body))
    }
    return [.ask(question)]
  }

  /// Before the request was sent there can be no answer but the gateway's own: whoever sent the request does not wait any more.
  private mutating func giveUp(_ message: FilterMessage) throws(StreamFault) -> [StreamStep] {
    guard case .responseHeaders(_, let ends) = message.content else {
      throw .unexpected(state == .asked ? "a message while the request waits for its turn" : "a body or trailers were expected")
    }
    question.body = nil
    let wasAsked = state == .asked
    state = ends ? .over : .unrelated
    return (wasAsked ? [.ended(isComplete: false)] : []) + [.reply(.responseHeaders(HeaderMutation()))]
  }

  // MARK: The decision

  mutating func decided(_ decision: StreamDecision) -> [StreamStep] {
    // The gateway has answered by itself in the meantime.
    guard state == .asked else { return [] }
    switch decision {
    case .answer(let answer):
      state = .refused
      return [.reply(.immediate(answer))]
    case .forward(let endpoints, var mutation, let answerHeaders, let body):
      state = .forwarded
      self.answerHeaders = answerHeaders
      let destination = endpoints.joined(separator: ",")
      // Whatever a client wrote there is overwritten.
      mutation.set.append(HeaderField(name: Self.destination, value: destination))
      mutation.removed.removeAll { $0 == Self.destination }
      var steps: [StreamStep] = [.reply(.requestHeaders(mutation, destination: destination))]
      if let body, !body.isEmpty || hasTrailers { appendChunks(of: body, to: &steps) }
      if hasTrailers { steps.append(.reply(.requestTrailers)) }
      return steps
    }
  }

  private func appendChunks(of body: [UInt8], to steps: inout [StreamStep]) {
    var start = 0
    while start < body.count {
      let end = min(start + Self.chunkBytes, body.count)
      steps.append(.reply(.requestBody(Array(body[start..<end]), ends: end == body.count && !hasTrailers)))
      start = end
    }
  }

  // MARK: The answer

  private mutating func beginAnswer(_ message: FilterMessage) throws(StreamFault) -> [StreamStep] {
    switch message.content {
    case .responseHeaders(let fields, let ends):
      guard let status = fields.first(where: { $0.name == ":status" }).flatMap({ Int($0.value) }), (100...999).contains(status) else {
        throw .unexpected("the headers of an answer have no status")
      }
      state = ends ? .over : .answering
      var headers = answerHeaders
      if isTest, let served = message.served { headers.append(HeaderField(name: Self.testServed, value: served)) }
      let isEventStream = fields.contains { $0.name == "content-type" && $0.value.lowercased().hasPrefix("text/event-stream") }
      let began = StreamStep.answerBegan(status: status, isEventStream: isEventStream, served: message.served)
      return [began, .reply(.responseHeaders(HeaderMutation(set: headers)))] + (ends ? [.ended(isComplete: true)] : [])
    case .requestTrailers where modes.request == .none && !hasTrailers:
      hasTrailers = true
      return [.reply(.requestTrailers)]
    default: throw .unexpected("the headers of an answer were expected")
    }
  }

  private mutating func relayAnswer(_ message: FilterMessage) throws(StreamFault) -> [StreamStep] {
    switch message.content {
    case .responseBody(let bytes, let ends) where modes.response != .none:
      if ends { state = .over }
      let part: [StreamStep] = bytes.isEmpty ? [] : [.answerPart(bytes)]
      return part + echo(bytes, ends: ends) + (ends ? [.ended(isComplete: true)] : [])
    case .responseTrailers:
      state = .over
      return [.reply(.responseTrailers), .ended(isComplete: true)]
    default: throw .unexpected("the body of an answer was expected")
    }
  }

  private mutating func passUnrelated(_ message: FilterMessage) throws(StreamFault) -> [StreamStep] {
    switch message.content {
    case .responseBody(let bytes, let ends) where modes.response != .none:
      if ends { state = .over }
      return echo(bytes, ends: ends)
    case .responseTrailers:
      state = .over
      return [.reply(.responseTrailers)]
    default: throw .unexpected("the rest of an answer was expected")
    }
  }

  private func echo(_ bytes: [UInt8], ends: Bool) -> [StreamStep] {
    guard modes.response == .fullDuplex else { return [.reply(.responseBody(nil, ends: ends))] }
    guard bytes.count > Self.chunkBytes else { return [.reply(.responseBody(bytes, ends: ends))] }
    return stride(from: 0, to: bytes.count, by: Self.chunkBytes).map { start in
      let end = min(start + Self.chunkBytes, bytes.count)
      return .reply(.responseBody(Array(bytes[start..<end]), ends: ends && end == bytes.count))
    }
  }

  // MARK: The end

  /// What was under way when the peer heard of the refusal.
  private mutating func drop(_ message: FilterMessage) throws(StreamFault) -> [StreamStep] {
    switch message.content {
    case .requestBody(let bytes, _):
      dropped += bytes.count
      guard dropped <= settings.bodyLimit else { throw .tooMuch(limit: settings.bodyLimit) }
      return []
    case .requestTrailers: return []
    default: throw .unexpected("a message after the request was answered")
    }
  }

  /// The peer has closed the stream, or has gone.
  mutating func closed() -> [StreamStep] {
    defer { state = .over }
    switch state {
    case .asked, .forwarded: return [.ended(isComplete: false)]
    // Where the body does not come here, the end of the stream is all that is known of its end. Envoy (1.40) ends it in the same way,
    // END_STREAM and a reset with INTERNAL_ERROR behind it, when the answer is whole, when its client leaves it, and when the server
    // breaks off: such a request counts as served from its answer's head on. Envoy's own access log tells them apart (`DC`, `UC`).
    case .answering: return [.ended(isComplete: modes.response == .none)]
    case .start, .reading, .unrelated, .refused, .over: return []
    }
  }
}

extension ImmediateAnswer {
  static func tooLarge(limit: Int) -> ImmediateAnswer {
    let message = "The body of the request is larger than \(limit) bytes."
    let body = #"{"error":{"message":"\#(message)","type":"invalid_request_error","code":"malformed_http","param":null}}"#
    return ImmediateAnswer(
      status: 413, headers: [HeaderField(name: "content-type", value: "application/json")], body: Array(body.utf8), code: "body_too_large")
  }
}
