import NIOCore
import Scheduling

// Before Classify: a request with a token that nobody has seen waits until it is verified.
extension ClientConnection {
  /// A request that waits for its token's verification.
  final class Unidentified {
    let message: ByteBuffer
    let body: Range<Int>

    init(message: ByteBuffer, body: Range<Int>) {
      self.message = message
      self.body = body
    }
  }

  /// - Returns: Whether the request may go on now; otherwise it was answered, or goes on in ``identified(_:)``.
  func isIdentified(_ message: ByteBuffer, _ body: Range<Int>, _ table: RoutingTable) -> Bool {
    guard let desk = loop.context.tokens else { return true }
    let bytes = message.readableBytesUInt8Span
    switch BearerToken.search(loop.scanner.lines, bytes) {
    case .none: return true
    case .repeated:
      refuse(.repeatedAuthorization)
      return false
    case .found(let range):
      // It has just been verified for this request.
      if let token, token.version == table.classifier.version { return true }
      return look(up: range, message, body, table, desk)
    }
  }

  private func look(up range: Range<Int>, _ message: ByteBuffer, _ body: Range<Int>, _ table: RoutingTable, _ desk: TokenDesk) -> Bool {
    let bytes = message.readableBytesUInt8Span.extracting(range)
    let classifier = table.classifier
    let hash = desk.hash(bytes)
    token = loop.knownToken(bytes, hash: hash, version: classifier.version, now: arrivedAt)
    if token != nil {
      loop.metrics.tokens.known += 1
      return true
    }
    guard BearerToken.hasParts(bytes) else { return true }
    loop.metrics.tokens.unknown += 1
    tag = loop.makeTag(slot: slot)
    token = desk.ask(bytes.copy(0..<bytes.count), hash: hash, classifier: classifier, loop: loop, tag: tag, now: arrivedAt)
    if let token {
      loop.remember(token, now: arrivedAt)
      return true
    }
    unidentified = Unidentified(message: message, body: body)
    return false
  }

  /// The token of the request that waits has been looked at.
  func identified(_ known: KnownToken) {
    guard phase == .waiting, let request = unidentified else { return }
    unidentified = nil
    token = known
    // To the scheduler it arrives now: a time before that of its last decision means nothing to it.
    arrivedAt = DataPlaneContext.now
    do {
      // The head was read before; what the scanner found in it has been overwritten by other requests.
      let message = request.message
      guard let head = try loop.scanner.scanRequest(message.readableBytesUInt8Span) else { return }
      handle(message, head, body: request.body)
    } catch {
      refuse(.problem(error))
    }
  }
}

extension LoopState {
  func knownToken(_ token: Span<UInt8>, hash: UInt64, version: Int, now: MonotonicTime) -> KnownToken? {
    tokens?.find(token, hash: hash, version: version, now: now)
  }

  func remember(_ known: KnownToken, now: MonotonicTime) { tokens?.insert(known, now: now) }

  /// A verification has ended that these requests wait for.
  func identified(_ tags: [Tag], _ known: KnownToken) {
    remember(known, now: DataPlaneContext.now)
    for tag in tags { connection(tag)?.identified(known) }
  }
}
