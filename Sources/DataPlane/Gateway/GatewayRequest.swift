import NIOCore
import NIOHPACK
import Scheduling

/// A request that a gateway carries: Classify ▶ Admit ▶ Account here, Forward and Relay there.
///
/// ```
/// new ──ask──▶ waiting ──granted──▶ forwarded ──answer begins──▶ answering ──ended──▶ over
///                 │ refused, or the client has gone  │ ended without an answer          ▲
///                 └──────────────────────────────────┴───────────────────────────────────┘
/// ```
/// Confined to its event loop, which is that of the gateway's stream.
final class GatewayRequest: Requester {
  enum Phase { case new, waiting, forwarded, answering, over }

  let loop: LoopState
  /// Of the gateway's connection: it vouches for the headers that the gateway sends.
  let carrier: Carrier
  let settings: GatewaySettings
  var phase = Phase.new
  private var slot = -1
  var question = GatewayQuestion(fields: [])
  private var decide: ((GatewayDecision) -> Void)?
  /// Head and body, as one message of HTTP/1.1: what the rest of the data plane reads.
  var message = ByteBuffer()
  private var heldBytes = 0
  var token: KnownToken?
  /// Headers that say who is asking, and credentials that end here.
  var removedHeaders: [String] = []
  var model: ModelRequest?
  var variant: ModelTarget.Variant?
  var isSplit = false
  var hopsTried = 0
  var hop: ModelTarget.Hop?
  var pool: PoolRoute?
  var tier = 0
  var ticket: Ticket?
  var tag = Tag(rawValue: 0)
  var arrivedAt = MonotonicTime.zero
  var record = RequestRecord()
  var observed: ObservedRequest?
  var endpoint = ""
  var status = 0
  var answersStream = false
  let relay = BodyRelay()

  init(_ loop: LoopState, _ carrier: Carrier, settings: GatewaySettings) {
    self.loop = loop
    self.carrier = carrier
    self.settings = settings
  }

  // MARK: Requester

  var isConnection: Bool { false }

  func deadlinePassed(now: MonotonicTime) {}
  func closeIfIdle() {}
  func endSession() {}

  /// The process ends.
  func close() { ended(isComplete: false) }

  // MARK: The beginning

  func ask(_ question: GatewayQuestion, _ decide: @escaping (GatewayDecision) -> Void) {
    guard phase == .new else { return }
    phase = .waiting
    self.question = question
    self.decide = decide
    slot = loop.register(self)
    loop.metrics.busyConnections += 1
    arrivedAt = DataPlaneContext.now
    record = RequestRecord(arrivedAt: arrivedAt, bytes: question.body?.readableBytes ?? 0)
    do {
      try writeMessage()
      try handle()
    } catch {
      refuse(error)
    }
  }

  /// Writes the fields as the head that our machine reads, with every check that it makes of a client's own.
  private func writeMessage() throws(ProxyError) {
    // What concerns the connection to the gateway is not told to those behind it.
    let fields = HPACKHeaders(question.fields.filter { !Self.ofConnection.contains($0.name) })
    do throws(HTTP2RequestHead.Malformed) {
      let head = try HTTP2RequestHead(fields, hasBody: false)
      try head.write(fields, into: &message)
    } catch {
      throw .invalid("The gateway sent a header that HTTP does not allow.", code: "malformed_http")
    }
    let size = message.readableBytes + (question.body?.readableBytes ?? 0)
    guard loop.hold(size, ofRequest: size) else { throw .noMemory(serviceTime: loop.slowestServiceTime, closes: false) }
    heldBytes = size
    if var body = question.body { message.writeBuffer(&body) }
    question.body = nil
    question.fields = []
  }

  private static let ofConnection: Set<String> = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]

  func releaseBody() {
    if heldBytes > 0 { loop.release(heldBytes) }
    heldBytes = 0
    message = ByteBuffer()
    model = nil
  }

  // MARK: Decisions

  func makeTag() -> Tag {
    tag = loop.makeTag(slot: slot)
    return tag
  }

  func forward(_ forward: GatewayForward) {
    phase = .forwarded
    decide?(.forward(forward))
    decide = nil
  }

  func refuse(_ error: ProxyError, outcome: LoopMetrics.Outcome = .refused) {
    guard phase == .waiting else { return }
    status = error.status
    conclude(outcome, error)
    decide?(.answer(GatewayAnswer(error)))
    leave()
  }

  /// An answer that is no model server's and counts nowhere.
  func answer(_ answer: GatewayAnswer) {
    guard phase == .waiting else { return }
    decide?(.answer(answer))
    leave()
  }

  /// The request has been accounted for.
  func leave() {
    guard phase != .over else { return }
    phase = .over
    decide = nil
    releaseBody()
    relay.stop()
    guard slot >= 0 else { return }
    loop.unregister(slot: slot)
    slot = -1
    loop.metrics.busyConnections -= 1
  }
}
