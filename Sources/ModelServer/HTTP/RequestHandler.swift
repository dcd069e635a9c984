import JSON
import NIOCore
import NIOHTTP1

/// One connection: collects a request's body, routes it, and tells the engine when the client goes away.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// Larger bodies are refused; a million tokens of text are about four megabytes.
  static let maximumBody = 16 << 20

  private let server: ServerLoop
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var isTooLarge = false
  private var answer: Answer?

  init(server: ServerLoop) { self.server = server }

  func channelActive(context: ChannelHandlerContext) {
    server.opened(context.channel)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    server.closed(context.channel)
    if let answer { server.cancel(answer) }
    answer = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.removeAll()
      isTooLarge = false
      // curl waits a second with a large body for this.
      if head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" }) {
        context.writeAndFlush(Self.wrap(.head(.init(version: .http1_1, status: .continue))), promise: nil)
      }
    case .body(let bytes):
      isTooLarge = isTooLarge || body.count + bytes.readableBytes > Self.maximumBody
      if !isTooLarge { body.append(contentsOf: bytes.readableBytesView) }
    case .end:
      guard let head else { return }
      self.head = nil
      respond(to: head, context)
      body.removeAll()
    }
  }

  private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let path = String(head.uri.prefix { $0 != "?" })
    do throws(APIError) {
      if isTooLarge { throw APIError(status: 413, type: "BadRequestError", message: "The body exceeds \(Self.maximumBody) bytes.") }
      if path.hasPrefix("/v1"), !server.admits(authorization: head.headers.first(name: "authorization")) {
        return send(["error": "Unauthorized"], status: .unauthorized, head, context)
      }
      switch (head.method, path) {
      case (.GET, "/health"), (.GET, "/ping"): sendHealth(head, context)
      case (.GET, "/version"): send(["version": "0.33.0"], head, context)
      case (.GET, "/metrics"): sendText(server.metricsPage(), type: "text/plain; version=0.0.4; charset=utf-8", head, context)
      case (.GET, "/v1/models"): send(server.models(), head, context)
      case (.POST, "/v1/chat/completions"): try complete(.chat, head, context)
      case (.POST, "/v1/completions"): try complete(.text, head, context)
      case (_, "/health"), (_, "/ping"), (_, "/version"), (_, "/metrics"), (_, "/v1/models"), (_, "/v1/chat/completions"),
        (_, "/v1/completions"):
        send(["detail": "Method Not Allowed"], status: .methodNotAllowed, head, context)
      default: send(["detail": "Not Found"], status: .notFound, head, context)
      }
    } catch {
      send(error.body, status: HTTPResponseStatus(statusCode: error.status), head, context)
    }
  }

  private func complete(_ kind: CompletionRequest.Kind, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) throws(APIError) {
    let request = try CompletionRequest(kind, body: body)
    // Set before the engine starts: an answer may end within the call.
    var ended = false
    let started = try server.start(request, context: context, keepAlive: head.isKeepAlive) { [weak self] in
      ended = true
      self?.answer = nil
    }
    if !ended { answer = started }
  }

  private func sendHealth(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    sendText("", type: "text/plain", status: server.isHealthy ? .ok : .serviceUnavailable, head, context)
  }
}

// MARK: Whole responses

extension RequestHandler {
  private func send(_ json: JSONValue, status: HTTPResponseStatus = .ok, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    var body = ByteBuffer()
    body.writeBytes(json.bytes())
    Self.send(status: status, body: body, type: "application/json", keepAlive: head.isKeepAlive, context: context)
  }

  private func sendText(
    _ text: String, type: String, status: HTTPResponseStatus = .ok, _ head: HTTPRequestHead, _ context: ChannelHandlerContext
  ) {
    Self.send(status: status, body: ByteBuffer(string: text), type: type, keepAlive: head.isKeepAlive, context: context)
  }

  static func send(status: HTTPResponseStatus, body: ByteBuffer, type: String, keepAlive: Bool, context: ChannelHandlerContext) {
    var headers = HTTPHeaders([("content-type", type), ("content-length", "\(body.readableBytes)")])
    if !keepAlive { headers.add(name: "connection", value: "close") }
    context.write(wrap(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
    context.write(wrap(.body(.byteBuffer(body))), promise: nil)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrap(.end(nil))).whenComplete { _ in
      if !keepAlive { bound.value.close(promise: nil) }
    }
  }

  static func wrap(_ part: HTTPServerResponsePart) -> NIOAny { NIOAny(part) }
}
