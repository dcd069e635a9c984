import DataPlane
import Scheduling

// What a traced request becomes, in the words of OpenTelemetry's semantic conventions: HTTP (stable) and GenAI (1.41, in development);
// what they have no word for is `qos.…`, as in the metrics.
//
//   server span POST /v1/chat/completions ─┬─ queue
//                                          ├─ chat llama      (attempt at a model server, which continues here)
//                                          ├─ queue           (after a failed attempt)
//                                          └─ chat llama
extension Span {
  static func all(of request: RequestTrace) -> [Span] {
    var spans = [server(request)]
    for number in request.attempts.indices {
      let attempt = request.attempts[number]
      spans.append(queue(request, number, attempt.waitingSince, attempt.dispatchedAt))
      spans.append(self.attempt(request, number))
    }
    if let since = request.endedWaitingSince { spans.append(queue(request, request.attempts.count, since, request.endedAt)) }
    return spans
  }

  /// How many spans a request has.
  static func count(of request: RequestTrace) -> Int { 1 + 2 * request.attempts.count + (request.endedWaitingSince == nil ? 0 : 1) }

  private static func span(
    _ request: RequestTrace, id: UInt64, name: String, kind: Kind, _ start: MonotonicTime, _ end: MonotonicTime
  ) -> Span {
    Span(
      traceHigh: request.context.traceHigh, traceLow: request.context.traceLow, id: id, parent: request.context.spanID,
      state: request.state,
      name: name, kind: kind, start: start.nanoseconds &+ request.clockOffset, end: end.nanoseconds &+ request.clockOffset)
  }

  private static func server(_ request: RequestTrace) -> Span {
    let method = request.text.string(request.text.method)
    let path = request.text.string(request.text.path)
    let operation = Operation(path: path)
    // A name has few values: the path only where it is one of ours.
    let name = operation == nil ? method : "\(method) \(path)"
    let record = request.record
    var span = span(request, id: request.context.spanID, name: name, kind: .server, record.arrivedAt, request.endedAt)
    span.parent = request.parent?.spanID ?? 0
    span.parentIsRemote = request.parent != nil
    span.set("http.request.method", method)
    span.set("url.path", path)
    span.set("url.scheme", request.isSecure ? "https" : "http")
    if operation != nil { span.set("http.route", path) }
    if request.status > 0 { span.set("http.response.status_code", request.status) }
    span.set("client.address", request.clientAddress)
    span.set("user_agent.original", request.text.string(request.text.agent))
    span.set("network.protocol.name", "http")
    span.set("http.request.header.x-request-id", request.text.string(request.text.requestID))
    span.setModel(request, operation)
    span.set("qos.namespace", request.namespace)
    span.set("qos.pool", request.pool)
    span.set("qos.tier", request.tier)
    if record.tenant != 0 { span.set("qos.tenant", hexadecimal(record.tenant)) }
    span.set("qos.outcome", request.outcome)
    span.set("qos.attempts", record.attempts)
    span.set("qos.queue.duration", Double(record.waited) / 1e9)
    if record.outputTokens == nil, record.knownOutputTokens != nil { span.attributes.append(("qos.tokens.estimated", .boolean(true))) }
    span.fail(request.error, isFailure: request.status >= 500 || request.outcome == "broken")
    return span
  }

  private static func queue(_ request: RequestTrace, _ number: Int, _ start: MonotonicTime, _ end: MonotonicTime) -> Span {
    var span = span(request, id: request.queueSpanID(number), name: "queue", kind: .internal, start, end)
    span.set("qos.pool", request.pool)
    span.set("qos.tier", request.tier)
    return span
  }

  private static func attempt(_ request: RequestTrace, _ number: Int) -> Span {
    let attempt = request.attempts[number]
    let operation = Operation(path: request.text.string(request.text.path))
    let words = [operation?.rawValue ?? request.text.string(request.text.method), request.servedModel ?? ""]
    var span = span(
      request, id: request.attemptSpanID(number), name: words.filter { !$0.isEmpty }.joined(separator: " "), kind: .client,
      attempt.dispatchedAt, attempt.endedAt ?? request.endedAt)
    let colon = attempt.backend.lastIndex(of: ":") ?? attempt.backend.endIndex
    span.set("server.address", attempt.backend[..<colon].filter { $0 != "[" && $0 != "]" })
    span.set("server.port", Int(attempt.backend[colon...].dropFirst()))
    span.set("http.request.method", request.text.string(request.text.method))
    if number > 0 { span.set("http.request.resend_count", number) }
    let isLast = number == request.attempts.count - 1
    if isLast, request.endedWaitingSince == nil {
      if request.outcome == "served" || request.status < 500, request.status > 0 { span.set("http.response.status_code", request.status) }
      span.setModel(request, operation)
      span.fail(request.error, isFailure: request.outcome == "broken" || request.outcome == "upstream_failed")
    } else {
      span.setModel(request, operation, withUsage: false)
      span.fail(attempt.failure?.rawValue, isFailure: true)
    }
    return span
  }

  private mutating func setModel(_ request: RequestTrace, _ operation: Operation?, withUsage: Bool = true) {
    let record = request.record
    set("gen_ai.operation.name", operation?.rawValue)
    // Which dialect of telemetry this is: the API is OpenAI's, whoever made the model server.
    set("gen_ai.provider.name", "openai")
    set("gen_ai.request.model", request.text.string(request.text.model))
    if record.maximumOutputTokens > 0 { set("gen_ai.request.max_tokens", record.maximumOutputTokens) }
    guard withUsage else { return }
    set("gen_ai.response.model", request.servedModel)
    set("gen_ai.usage.input_tokens", record.promptTokens)
    set("gen_ai.usage.output_tokens", record.knownOutputTokens)
    set("gen_ai.response.time_to_first_chunk", record.timeToFirstToken.map { Double($0) / 1e9 })
  }

  private mutating func fail(_ code: String?, isFailure: Bool) {
    set("error.type", code)
    if isFailure { error = code ?? "failed" }
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// GenAI's names of what the API's paths do.
  private enum Operation: String {
    case chat
    case textCompletion = "text_completion"
    case embeddings

    init?(path: String) {
      switch path {
      case "/v1/chat/completions", "/v1/responses": self = .chat
      case "/v1/completions": self = .textCompletion
      case "/v1/embeddings": self = .embeddings
      default: return nil
      }
    }
  }
}
