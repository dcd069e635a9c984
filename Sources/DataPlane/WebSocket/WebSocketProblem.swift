/// Why a WebSocket session is ended from here (RFC 6455 section 7.4).
package enum WebSocketProblem: Error, Equatable, CaseIterable {
  case reservedBits, reservedOpcode, unmasked, masked
  case controlTooLong, controlFragmented, continuationWithoutStart, startWithinMessage
  case lengthNotMinimal, lengthOverflow, closePayload, closeCode
  case messageTooBig
  // Not the peer's fault.
  case goingAway, silence, serverGone, serverMalformed

  /// The status of the Close frame.
  package var code: UInt16 {
    switch self {
    case .messageTooBig: 1009
    case .goingAway, .silence: 1001
    case .serverGone, .serverMalformed: 1011
    default: 1002
    }
  }

  /// At most 123 bytes: a Close frame has no room for more.
  package var reason: StaticString {
    switch self {
    case .reservedBits: "A reserved bit is set: no extension was agreed on."
    case .reservedOpcode: "The opcode is reserved."
    case .unmasked: "Frames of a client must be masked."
    case .masked: "Frames of a server must not be masked."
    case .controlTooLong: "A control frame has at most 125 bytes."
    case .controlFragmented: "A control frame must not be fragmented."
    case .continuationWithoutStart: "A continuation without a message that it continues."
    case .startWithinMessage: "A new message within a fragmented one."
    case .lengthNotMinimal: "The length is not written in as few bytes as possible."
    case .lengthOverflow: "The length has its highest bit set."
    case .closePayload: "A Close frame has no payload, or a status and a reason."
    case .closeCode: "The status of the Close frame must not be sent."
    case .messageTooBig: "The message is too big."
    case .goingAway: "The server is going away. Connect again."
    case .silence: "Nothing was sent for too long."
    case .serverGone: "The model server ended the session."
    case .serverMalformed: "The model server sent a malformed frame."
    }
  }

  /// A Close frame that says so.
  /// - Parameter mask: What a client's frames are masked with; `nil` for a frame to a client.
  package func frame(mask: UInt32?) -> [UInt8] {
    let text = UnsafeBufferPointer(start: reason.utf8Start, count: reason.utf8CodeUnitCount)
    var payload = [UInt8(code >> 8), UInt8(code & 0xff)] + text
    guard let mask else { return [0x88, UInt8(payload.count)] + payload }
    let key = [UInt8(mask >> 24), UInt8(mask >> 16 & 0xff), UInt8(mask >> 8 & 0xff), UInt8(mask & 0xff)]
    for index in payload.indices { payload[index] ^= key[index % 4] }
    return [0x88, 0x80 | UInt8(payload.count)] + key + payload
  }
}
