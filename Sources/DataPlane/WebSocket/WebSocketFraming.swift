/// Follows one direction of a WebSocket session through its frames (RFC 6455 section 5), and says what may be passed on.
///
/// ```
///             ┌──────────── control frame, whole ───────────┐
///             ▼                                             │
///   between frames ──data header──▶ payload ──all bytes──▶ between frames ──Close, whole──▶ closed
///             │                                             (in a message or not: the next opcode must fit)
///             └──malformed──▶ a problem; nothing from its first byte on is passed
/// ```
/// Payload is neither held nor unmasked, except that of Close frames.
package struct WebSocketFraming {
  package enum Sender { case client, server }

  package struct Reading: Equatable {
    /// Bytes from the beginning that may be passed on; what follows comes again, with more behind it.
    package var passable: Int
    package var problem: WebSocketProblem?
  }

  /// A frame's first bytes.
  private struct Header {
    var isFinal: Bool
    var opcode: UInt8
    var length: Int
    var size: Int
    var isControl: Bool { opcode >= 8 }
  }

  private let sender: Sender
  private let limit: Int
  private var remaining = 0
  private var isInMessage = false
  private var messageBytes = 0
  /// Whole messages whose last frame has begun.
  package private(set) var messages: UInt64 = 0
  /// A Close frame has passed: nothing may follow it.
  package private(set) var hasClosed = false
  /// Stops at the end of the frame that is being passed.
  package var stopsBetweenFrames = false

  /// - Parameter limit: Bytes of one message, over all its fragments.
  package init(_ sender: Sender, limit: Int) {
    self.sender = sender
    self.limit = limit
  }

  /// A frame of our own could follow what was passed.
  package var isBetweenFrames: Bool { remaining == 0 }

  package mutating func read(_ bytes: Span<UInt8>) -> Reading {
    var position = 0
    while position < bytes.count {
      if remaining > 0 {
        let count = min(remaining, bytes.count - position)
        remaining -= count
        position += count
        continue
      }
      if hasClosed || stopsBetweenFrames { break }
      do {
        guard let header = try header(bytes, at: position) else { break }
        if header.isControl {
          // Whole, so that another frame can always follow what was passed.
          guard position + header.size + header.length <= bytes.count else { break }
          if header.opcode == 8 { try close(header, bytes, at: position) }
          position += header.size + header.length
        } else {
          try begin(header)
          position += header.size
        }
      } catch {
        return Reading(passable: position, problem: error)
      }
    }
    return Reading(passable: position)
  }

  /// `nil` when more bytes are needed. What two bytes tell is judged when there are two.
  private func header(_ bytes: Span<UInt8>, at start: Int) throws(WebSocketProblem) -> Header? {
    guard start + 2 <= bytes.count else { return nil }
    let first = bytes[start]
    let second = bytes[start + 1]
    let short = Int(second & 0x7f)
    let isMasked = second & 0x80 != 0
    var header = Header(isFinal: first & 0x80 != 0, opcode: first & 0x0f, length: short, size: 2 + (isMasked ? 4 : 0))
    guard first & 0x70 == 0 else { throw .reservedBits }
    guard header.opcode <= 2 || (8...10).contains(header.opcode) else { throw .reservedOpcode }
    guard isMasked == (sender == .client) else { throw isMasked ? .masked : .unmasked }
    if header.isControl {
      guard header.isFinal else { throw .controlFragmented }
      guard short <= 125 else { throw .controlTooLong }
    } else {
      guard (header.opcode == 0) == isInMessage else { throw isInMessage ? .startWithinMessage : .continuationWithoutStart }
    }
    if short > 125 {
      let width = short == 126 ? 2 : 8
      header.size += width
      guard start + 2 + width <= bytes.count else { return nil }
      header.length = try length(bytes, at: start + 2, width: width)
    }
    // With the key of its mask: the payload begins behind it.
    return start + header.size <= bytes.count ? header : nil
  }

  private func length(_ bytes: Span<UInt8>, at start: Int, width: Int) throws(WebSocketProblem) -> Int {
    var value: UInt64 = 0
    for index in start..<start + width { value = value << 8 | UInt64(bytes[index]) }
    guard value >> 63 == 0 else { throw .lengthOverflow }
    guard value > (width == 2 ? 125 : 0xffff) else { throw .lengthNotMinimal }
    return Int(value)
  }

  private mutating func begin(_ header: Header) throws(WebSocketProblem) {
    let size = (header.opcode == 0 ? messageBytes : 0).addingReportingOverflow(header.length)
    guard !size.overflow, size.partialValue <= limit else { throw .messageTooBig }
    messageBytes = size.partialValue
    isInMessage = !header.isFinal
    if header.isFinal { messages += 1 }
    remaining = header.length
  }

  private mutating func close(_ header: Header, _ bytes: Span<UInt8>, at start: Int) throws(WebSocketProblem) {
    guard header.length != 1 else { throw .closePayload }
    if header.length >= 2 {
      let payload = start + header.size
      // The key of the mask stands before the payload.
      let isMasked = sender == .client
      let high = bytes[payload] ^ (isMasked ? bytes[payload - 4] : 0)
      let low = bytes[payload + 1] ^ (isMasked ? bytes[payload - 3] : 0)
      let code = Int(high) << 8 | Int(low)
      guard (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code) else { throw .closeCode }
    }
    hasClosed = true
  }
}
