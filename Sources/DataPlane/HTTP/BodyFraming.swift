/// Follows a body through the bytes of a connection: where its payload is, and where it ends.
///
/// ```
/// length ──(all bytes)──▶ complete        untilClose ──(end of connection)──▶ complete
/// size ─▶ extension ─▶ sizeEnd ─▶ data ─▶ dataEnd ─▶ dataLineFeed ─▶ size …
///                         └─(size 0)─▶ trailerStart ─▶ trailerName ─▶ trailer … ─▶ lastLineFeed ─▶ complete
/// ```
package struct BodyFraming {
  private enum State: UInt8 {
    case complete, length, untilClose
    case size, extensions, sizeEnd, data, dataEnd, dataLineFeed, trailerStart, trailerName, trailer, trailerLineFeed, lastLineFeed
  }

  /// A chunk larger than this is a mistake or an attack.
  static let maximumChunk = 1 << 40
  /// Bytes of chunk extensions and trailers in one body.
  static let maximumOverhead = 16 * 1024

  private var state: State
  private var remaining = 0
  private var digits = 0
  private var overhead = 0
  /// The last place between two chunks in the bytes fed since `startBuffer`: something may be put there without breaking the framing.
  private(set) var boundary: Int?

  package init(_ length: BodyLength) {
    switch length {
    case .none: state = .complete
    case .bytes(let count):
      state = .length
      remaining = count
    case .chunked: state = .size
    case .untilClose: state = .untilClose
    }
  }

  package var isComplete: Bool { state == .complete }
  /// The end of the connection is the end of the body, not a failure.
  package var endsWithConnection: Bool { state == .untilClose }

  /// Offsets count from the beginning of a new buffer now.
  mutating func startBuffer() { boundary = nil }

  /// The next piece of payload at or after `position`, which moves behind it; `nil` when there is none: the bytes are used up, or the
  /// body is complete and `position` stands behind its last byte.
  package mutating func next(_ bytes: Span<UInt8>, from position: inout Int) throws(HTTPProblem) -> Range<Int>? {
    while position < bytes.count {
      switch state {
      case .complete: return nil
      case .length, .data:
        let end = Swift.min(bytes.count, position &+ remaining)
        let piece = position..<end
        remaining &-= piece.count
        position = end
        if remaining == 0 { state = state == .length ? .complete : .dataEnd }
        return piece
      case .untilClose:
        let piece = position..<bytes.count
        position = bytes.count
        return piece
      default:
        try step(bytes[position])
        position &+= 1
        if state == .size, digits == 0 { boundary = position }
      }
    }
    return nil
  }

  private mutating func step(_ byte: UInt8) throws(HTTPProblem) {
    switch state {
    case .size: try stepSize(byte)
    case .extensions:
      if byte == ByteClass.carriageReturn {
        state = .sizeEnd
      } else {
        guard ByteClass.isFieldValue(byte) else { throw .chunkSize }
        try countOverhead()
      }
    case .sizeEnd:
      guard byte == ByteClass.lineFeed else { throw .lineEnd }
      digits = 0
      state = remaining == 0 ? .trailerStart : .data
    case .dataEnd:
      guard byte == ByteClass.carriageReturn else { throw .chunkEnd }
      state = .dataLineFeed
    case .dataLineFeed:
      guard byte == ByteClass.lineFeed else { throw .chunkEnd }
      state = .size
    case .trailerStart:
      if byte == ByteClass.carriageReturn {
        state = .lastLineFeed
      } else {
        guard ByteClass.isToken(byte) else { throw .trailer }
        state = .trailerName
      }
    case .trailerName:
      guard ByteClass.isToken(byte) || byte == UInt8(ascii: ":") else { throw .trailer }
      if byte == UInt8(ascii: ":") { state = .trailer }
      try countOverhead()
    case .trailer:
      if byte == ByteClass.carriageReturn {
        state = .trailerLineFeed
      } else {
        guard ByteClass.isFieldValue(byte) else { throw .trailer }
        try countOverhead()
      }
    case .trailerLineFeed:
      guard byte == ByteClass.lineFeed else { throw .lineEnd }
      state = .trailerStart
    case .lastLineFeed:
      guard byte == ByteClass.lineFeed else { throw .lineEnd }
      state = .complete
    case .complete, .length, .untilClose, .data: break
    }
  }

  private mutating func stepSize(_ byte: UInt8) throws(HTTPProblem) {
    if let digit = ByteClass.hexadecimal(byte) {
      guard digits < 11, remaining <= Self.maximumChunk else { throw .chunkSize }
      remaining = remaining << 4 | digit
      digits += 1
    } else {
      guard digits > 0 else { throw .chunkSize }
      switch byte {
      case ByteClass.carriageReturn: state = .sizeEnd
      case UInt8(ascii: ";"): state = .extensions
      default: throw .chunkSize
      }
    }
  }

  private mutating func countOverhead() throws(HTTPProblem) {
    overhead += 1
    guard overhead <= Self.maximumOverhead else { throw .trailer }
  }
}
