import NIOCore
import NIOHTTP1

/// One answer on its way to a client: collects what is due and writes it in one piece. Lives on its channel's event loop.
final class Answer {
  let text: AnswerText
  /// Set while the engine works on it.
  var sequence: SequenceID?
  /// The connection is to be closed after so many tokens; `nil` for never.
  let abortAfter: Int?
  private let context: ChannelHandlerContext
  private let keepAlive: Bool
  private let done: () -> Void
  private var pending: ByteBuffer
  private var tokens = 0
  private var headSent = false

  init(
    text: AnswerText, abortAfter: Int?, context: ChannelHandlerContext, keepAlive: Bool, done: @escaping () -> Void
  ) {
    self.text = text
    self.abortAfter = abortAfter
    self.context = context
    self.keepAlive = keepAlive
    self.done = done
    pending = ByteBuffer()
  }

  /// Whether the fault that was drawn for this answer has come.
  var isAbortDue: Bool { abortAfter.map { tokens >= $0 } ?? false }

  /// `finish` is set on the last token.
  func token(_ index: Int, finish: Engine.FinishReason?) {
    tokens += 1
    guard text.request.isStream else { return }
    if index == 0 { pending.writeString(text.opening) }
    pending.writeString(text.delta(index, finish: finish))
  }

  /// Writes what has come since the last time.
  func flush() {
    guard text.request.isStream, pending.readableBytes > 0, context.channel.isActive else { return }
    sendStreamHead()
    context.writeAndFlush(part(.body(.byteBuffer(pending))), promise: nil)
    // The channel may still hold the bytes; a cleared buffer would copy them.
    pending = context.channel.allocator.buffer(capacity: 256)
  }

  func finish(_ reason: Engine.FinishReason) {
    defer { done() }
    guard context.channel.isActive else { return }
    if text.request.isStream {
      pending.writeString(text.closing(outputTokens: tokens))
      flush()
      end()
    } else {
      var body = ByteBuffer()
      body.writeBytes(text.whole(outputTokens: tokens, finish: reason).bytes())
      RequestHandler.send(status: .ok, body: body, type: "application/json", keepAlive: keepAlive, context: context)
    }
  }

  /// Ends the connection in the middle of the answer.
  func abort() {
    defer { done() }
    guard context.channel.isActive else { return }
    flush()
    context.close(promise: nil)
  }

  private func sendStreamHead() {
    guard !headSent else { return }
    headSent = true
    var headers = HTTPHeaders([("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache")])
    if !keepAlive { headers.add(name: "connection", value: "close") }
    headers.add(name: "transfer-encoding", value: "chunked")
    context.write(part(.head(.init(version: .http1_1, status: .ok, headers: headers))), promise: nil)
  }

  private func end() {
    let close = !keepAlive
    let context = NIOLoopBound(context, eventLoop: context.eventLoop)
    self.context.writeAndFlush(part(.end(nil))).whenComplete { _ in
      if close { context.value.close(promise: nil) }
    }
  }

  private func part(_ part: HTTPServerResponsePart) -> NIOAny { RequestHandler.wrap(part) }
}
