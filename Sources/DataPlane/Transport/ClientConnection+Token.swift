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
    let lookup = loop.lookUpToken(message.readableBytesUInt8Span, table.classifier, desk, verified: token, now: arrivedAt) { [self] in
      tag = loop.makeTag(slot: slot)
      return tag
    }
    switch lookup {
    case .absent: return true
    case .known(let known):
      token = known
      return true
    case .repeated:
      refuse(.repeatedAuthorization)
      return false
    case .asked:
      unidentified = Unidentified(message: message, body: body)
      return false
    }
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

/// What is known of the token in a head.
enum TokenLookup {
  case absent
  /// Two of them, and nobody knows which one counts.
  case repeated
  case known(KnownToken)
  /// It is being verified.
  case asked
}

extension LoopState {
  /// Finds the token in the head scanned last.
  /// - Parameters:
  ///   - verified: It has just been verified for this request.
  ///   - makeTag: Names the one who waits, if somebody has to.
  func lookUpToken(
    _ bytes: Span<UInt8>, _ classifier: Classifier, _ desk: TokenDesk, verified: KnownToken?, now: MonotonicTime, makeTag: () -> Tag
  ) -> TokenLookup {
    let range: Range<Int>
    switch BearerToken.search(scanner.lines, bytes) {
    case .none: return .absent
    case .repeated: return .repeated
    case .found(let found): range = found
    }
    if let verified, verified.version == classifier.version { return .known(verified) }
    let token = bytes.extracting(range)
    let hash = desk.hash(token)
    if let known = knownToken(token, hash: hash, version: classifier.version, now: now) {
      metrics.tokens.known += 1
      return .known(known)
    }
    guard BearerToken.hasParts(token) else { return .absent }
    metrics.tokens.unknown += 1
    let answer = desk.ask(token.copy(0..<token.count), hash: hash, classifier: classifier, loop: self, tag: makeTag(), now: now)
    guard let answer else { return .asked }
    remember(answer, now: now)
    return .known(answer)
  }

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
