import NIOCore

/// Passes an answer's body on as it arrives, and remembers what accounting needs of it.
///
/// An event stream in chunks is passed on chunk by chunk: what is incomplete is held back (up to a bound), so that an answer that
/// breaks can still end with an event that says so.
///
/// One of each connection to a model server, for one answer after the other.
final class BodyRelay {
  private enum Mode { case verbatim, wholeChunks, payloadOnly }

  /// A chunk larger than this is passed on in parts.
  static let maximumHeld = 64 * 1024

  /// An answer's head has been passed on, and its body is not over.
  private(set) var isActive = false
  private var framing = BodyFraming(.none)
  private var mode = Mode.verbatim
  private var isEventStream = false
  private var held: ByteBuffer?
  /// The client has an incomplete chunk.
  private var isTorn = false
  private var tail: [UInt8] = []
  /// Of a body that came in one piece.
  private var usageOfWhole: TokenUsage?
  private var events = EventCounter()
  private(set) var hasPayload = false

  init() {}

  func start(_ head: ResponseHead, removesChunking: Bool) {
    isActive = true
    framing = BodyFraming(head.body)
    isEventStream = head.isEventStream
    mode = removesChunking ? .payloadOnly : head.isEventStream && head.body == .chunked ? .wholeChunks : .verbatim
  }

  /// Forgets the answer.
  func stop() {
    isActive = false
    held = nil
    isTorn = false
    if !tail.isEmpty { tail = [] }
    usageOfWhole = nil
    events = EventCounter()
    hasPayload = false
  }

  var isComplete: Bool { framing.isComplete }
  var endsWithConnection: Bool { isActive && framing.endsWithConnection }
  /// Something may be added to the stream without breaking it.
  var isBetweenEvents: Bool { isActive && mode == .wholeChunks && !isTorn }

  var usage: TokenUsage? {
    if let usageOfWhole { return usageOfWhole }
    let tail = tail
    return TokenUsage(inTail: tail.span)
  }
  var estimatedOutputTokens: Int? { isEventStream ? events.estimatedTokens : nil }

  /// Follows the body through `buffer` and hands on what may go to the client now.
  /// - Returns: How many bytes belonged to the body.
  func read(_ buffer: ByteBuffer, write: (ByteBuffer) -> Void) throws(HTTPProblem) -> Int {
    framing.startBuffer()
    var position = 0
    let bytes = buffer.readableBytesUInt8Span
    while let piece = try framing.next(bytes, from: &position) {
      if framing.isComplete, !hasPayload {
        // All there is: nothing of it need be kept.
        usageOfWhole = TokenUsage(inTail: bytes.extracting(Self.tail(of: piece)))
      } else {
        remember(bytes, piece)
      }
      hasPayload = true
      if isEventStream { events.read(bytes, piece) }
      if mode == .payloadOnly { write(slice(buffer, piece)) }
    }
    switch mode {
    case .verbatim: if position > 0 { write(slice(buffer, 0..<position)) }
    case .wholeChunks: passWholeChunks(buffer, position, write)
    case .payloadOnly: break
    }
    return position
  }

  private func passWholeChunks(_ buffer: ByteBuffer, _ consumed: Int, _ write: (ByteBuffer) -> Void) {
    let whole = framing.isComplete ? consumed : framing.boundary ?? 0
    if whole > 0 {
      if let earlier = held { write(earlier) }
      held = nil
      isTorn = false
      write(slice(buffer, 0..<whole))
    }
    guard whole < consumed else { return }
    var rest = slice(buffer, whole..<consumed)
    if var earlier = held {
      held = nil
      earlier.writeBuffer(&rest)
      rest = earlier
    }
    if isTorn || rest.readableBytes > Self.maximumHeld {
      isTorn = true
      write(rest)
    } else {
      held = rest
    }
  }

  /// Keeps the end of the payload: at least `TokenUsage.tailBytes` of it, at most twice as much.
  private func remember(_ bytes: Span<UInt8>, _ piece: Range<Int>) {
    let size = TokenUsage.tailBytes
    let kept = Self.tail(of: piece)
    if tail.count + kept.count > 2 * size { tail.removeFirst(tail.count - (size - kept.count)) }
    bytes.extracting(kept).withUnsafeBufferPointer { tail.append(contentsOf: $0) }
  }

  private static func tail(of piece: Range<Int>) -> Range<Int> {
    max(piece.lowerBound, piece.upperBound - TokenUsage.tailBytes)..<piece.upperBound
  }

  private func slice(_ buffer: ByteBuffer, _ range: Range<Int>) -> ByteBuffer {
    if range.lowerBound == 0, range.upperBound == buffer.readableBytes { return buffer }
    return buffer.getSlice(at: buffer.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
  }
}
