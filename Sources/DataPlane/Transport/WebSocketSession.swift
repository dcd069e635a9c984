import NIOCore
import Scheduling

/// A WebSocket session between a client and a model server: bytes go on as they are, both ways, as long as their frames are well formed.
///
/// ```
/// open ──either side's Close, then the end──▶ over
///   │──a connection is lost──▶ the other side is told ──▶ over
///   └──malformed, drained, silent──▶ Close to both; in the middle of a server's frame: at its end ──▶ over
/// ```
/// Confined to the event loop of its two connections.
final class WebSocketSession {
  private enum State: Equatable {
    case open
    /// The client is told as soon as the server's frame is complete.
    case ending(WebSocketProblem)
    case over
  }

  private let client: ClientConnection
  private let upstream: UpstreamConnection
  private let series: Int
  private var state = State.open
  private var fromClient: WebSocketFraming
  private var fromServer: WebSocketFraming
  /// The beginning of a frame's header, or of a control frame.
  private var heldFromClient: ByteBuffer?
  private var heldFromServer: ByteBuffer?

  init(_ client: ClientConnection, _ upstream: UpstreamConnection, series: Int) {
    self.client = client
    self.upstream = upstream
    self.series = series
    let limits = client.loop.context.configuration.limits
    fromClient = WebSocketFraming(.client, limit: limits.messageBytes)
    // Nothing of a server's message is held here.
    fromServer = WebSocketFraming(.server, limit: .max)
    client.loop.metrics.sessions[series].open += 1
  }

  // MARK: Bytes

  func readFromClient(_ buffer: ByteBuffer) {
    guard state == .open else { return }
    client.loop.metrics.sessions[series].bytesIn += UInt64(buffer.readableBytes)
    client.record.bytesIn &+= buffer.readableBytes
    let (whole, problem) = Self.follow(buffer, &heldFromClient, &fromClient)
    if let whole { upstream.send(whole) }
    if let problem { return end(problem) }
    renewDeadline()
    if !upstream.isWritable { client.setPaused(true) }
  }

  func readFromServer(_ buffer: ByteBuffer) {
    guard state != .over else { return }
    client.loop.metrics.sessions[series].bytesOut += UInt64(buffer.readableBytes)
    let (whole, problem) = Self.follow(buffer, &heldFromServer, &fromServer)
    if let whole {
      client.write(whole)
      client.flush()
    }
    if case .ending(let reason) = state {
      if fromServer.isBetweenFrames { sayGoodbye(reason) }
      return
    }
    if let problem { return end(.serverMalformed, tellingServer: problem) }
    renewDeadline()
  }

  /// What of `held` and `buffer` may go on; the rest is held.
  private static func follow(
    _ buffer: ByteBuffer, _ held: inout ByteBuffer?, _ framing: inout WebSocketFraming
  ) -> (ByteBuffer?, WebSocketProblem?) {
    var bytes = buffer
    if var earlier = held {
      held = nil
      earlier.writeBuffer(&bytes)
      bytes = earlier
    }
    let reading = framing.read(bytes.readableBytesUInt8Span)
    let whole = reading.passable > 0 ? bytes.readSlice(length: reading.passable) : nil
    if bytes.readableBytes > 0, !framing.hasClosed, reading.problem == nil { held = ByteBuffer(bytes.readableBytesView) }
    return (whole, reading.problem)
  }

  func serverBecameWritable() {
    if state == .open { client.setPaused(false) }
  }

  private func renewDeadline() {
    guard !client.isStalled else { return }
    let now = DataPlaneContext.now
    if fromClient.hasClosed || fromServer.hasClosed {
      // Both have said what they had to say: the server ends the connection, or we do.
      client.loop.setDeadline(slot: client.slot, now, ClientConnection.lingering)
    } else {
      client.loop.setIdleDeadline(slot: client.slot, now)
    }
  }

  // MARK: The end

  /// Tells both sides why the session ends.
  func end(_ reason: WebSocketProblem, tellingServer told: WebSocketProblem? = nil) {
    guard state == .open else { return }
    if !fromClient.hasClosed, fromClient.isBetweenFrames {
      upstream.send(ByteBuffer(bytes: (told ?? reason).frame(mask: UInt32(truncatingIfNeeded: client.loop.makeRequestID()))))
    }
    if fromServer.isBetweenFrames { return sayGoodbye(reason) }
    state = .ending(reason)
    fromServer.stopsBetweenFrames = true
    client.loop.setDeadline(slot: client.slot, DataPlaneContext.now, ClientConnection.lingering)
  }

  private func sayGoodbye(_ reason: WebSocketProblem) {
    if !fromServer.hasClosed, fromServer.isBetweenFrames { client.write(ByteBuffer(bytes: reason.frame(mask: nil))) }
    upstream.endSession()
    switch reason {
    case .serverGone, .serverMalformed: finish(.broken)
    case .goingAway, .silence: finish(.served)
    default: finish(.refused)
    }
  }

  func serverGone() {
    switch state {
    case .open where fromServer.hasClosed || fromClient.hasClosed: finish(.served)
    case .open: sayGoodbye(.serverGone)
    case .ending(let reason): sayGoodbye(reason)
    case .over: break
    }
  }

  /// The client's connection has gone; it counts itself as closing already.
  func clientGone() {
    guard state != .over else { return }
    upstream.abandon()
    finish(fromServer.hasClosed || fromClient.hasClosed ? .served : .clientGone)
  }

  func deadlinePassed() {
    switch state {
    case .ending(let reason): sayGoodbye(reason)
    case .open where client.isStalled:
      upstream.abandon()
      finish(.clientGone)
    case .open where fromServer.hasClosed || fromClient.hasClosed:
      upstream.endSession()
      finish(.served)
    case .open: end(.silence)
    case .over: break
    }
  }

  private func finish(_ outcome: LoopMetrics.Outcome) {
    state = .over
    client.loop.metrics.sessions[series].open -= 1
    client.loop.metrics.sessions[series].ended[outcome, default: 0] += 1
    client.loop.metrics.sessions[series].messagesIn += fromClient.messages
    client.loop.metrics.sessions[series].messagesOut += fromServer.messages
    client.sessionEnded(outcome, messagesIn: fromClient.messages, messagesOut: fromServer.messages)
  }
}
