import CEnvoyModule
import DataPlane
import NIOCore
import Synchronization

/// One request in Envoy: held until it is its turn, then sent to the endpoint that was chosen for it.
///
/// ```
///  headers ─▶ body ─▶ ask ┈┈┈ the scheduler decides, on a thread of its own ┈┈▶ decision ─▶ commit
///                                                                                             │
///  worker's thread:  answer headers ◀─ model server ◀─ continue to the endpoint  ◀── scheduled ┘
/// ```
/// Unchecked: all but ``decided(_:)`` runs on the thread of the worker that has the request, and what that writes is behind a lock.
final class RequestFilter: @unchecked Sendable {
  private enum Phase { case reading, waiting, forwarded, answering, over }

  private let stream: EnvoyStream
  private let call: RemoteGatewayCall
  private let bodyLimit: Int
  /// Envoy's way back to the worker's thread, which may be used after the request is gone.
  private let scheduler: UnsafeMutableRawPointer?
  private let decision = Mutex<GatewayDecision?>(nil)
  private var phase = Phase.reading
  private var body = ByteBuffer()
  private var answerHeaders: [(name: String, value: String)] = []

  /// `nil` while the data plane does not run.
  init?(_ stream: EnvoyStream, server: DataPlaneServer, settings: GatewaySettings) {
    guard let call = server.remoteCall(settings) else { return nil }
    self.stream = stream
    self.call = call
    bodyLimit = server.bodyLimit
    scheduler = envoy_dynamic_module_callback_http_filter_scheduler_new(stream.pointer)
  }

  deinit { scheduler.map(envoy_dynamic_module_callback_http_filter_scheduler_delete) }

  // MARK: The request

  func requestHeaders(isLast: Bool) {
    if isLast { ask() }
  }

  func requestBody(isLast: Bool) {
    guard phase == .reading else { return }
    stream.copy(.received, to: &body)
    guard body.readableBytes <= bodyLimit else {
      phase = .over
      return stream.answer(
        413, headers: [("content-type", "application/json")],
        body: Array(
          #"{"error":{"message":"The body is larger than \#(bodyLimit) bytes.","type":"invalid_request_error","code":"body_too_large"}}"#
            .utf8),
        details: "podium_body_too_large")
    }
    if isLast { ask() }
  }

  func requestTrailers() { ask() }

  private func ask() {
    guard phase == .reading else { return }
    phase = .waiting
    let question = GatewayQuestion(fields: stream.fields(.request), body: body.readableBytes > 0 ? body : nil)
    body = ByteBuffer()
    call.ask(question) { [self] in decided($0) }
  }

  /// On any thread.
  private func decided(_ decision: GatewayDecision) {
    self.decision.withLock { $0 = decision }
    scheduler.map { envoy_dynamic_module_callback_http_filter_scheduler_commit($0, 0) }
  }

  /// On the worker's thread again.
  func scheduled() {
    guard phase == .waiting, let decision = decision.withLock({ $0.take() }) else { return }
    switch decision {
    case .answer(let answer):
      phase = .over
      stream.answer(answer.status, headers: answer.headers, body: answer.body, details: "podium_\(answer.code)")
    case .forward(let forward):
      phase = .forwarded
      answerHeaders = forward.answerHeaders
      for name in forward.removedHeaders { stream.remove(name, from: .request) }
      for header in forward.headers { stream.set(header.name, header.value, in: .request) }
      if let body = forward.body { stream.replaceBody(with: body) }
      stream.forward(to: forward.endpoints[0])
    }
  }

  // MARK: The answer

  func answerHeaders(isLast: Bool) {
    guard phase == .forwarded else { return }
    phase = .answering
    var (status, isEventStream) = (0, false)
    for field in stream.fields(.answer) {
      if field.name == ":status" { status = Int(field.value) ?? 0 }
      if field.name == "content-type" { isEventStream = field.value.hasPrefix("text/event-stream") }
    }
    for header in answerHeaders { stream.set(header.name, header.value, in: .answer) }
    call.answerBegan(status: status, isEventStream: isEventStream)
    if isLast { ended(isComplete: true) }
  }

  func answerBody(isLast: Bool) {
    guard phase == .answering else { return }
    var part = ByteBuffer()
    stream.copy(.answer, to: &part)
    if part.readableBytes > 0 { call.answerPart(part) }
    if isLast { ended(isComplete: true) }
  }

  /// The whole answer has come, or the client has gone, or Envoy has given up: whichever is told first counts.
  func ended(isComplete: Bool) {
    guard phase != .over else { return }
    phase = .over
    call.ended(isComplete: isComplete)
  }
}
