/// Finds the members of the top-level object that the proxy needs, passing over all others without decoding them.
struct JSONFieldScanner {
  /// Containers inside each other.
  static let maximumDepth = 256

  private var position = 0
  private var fields = RequestFields()
  private var seen: UInt8 = 0

  static func scan(_ bytes: Span<UInt8>) throws(JSONFault) -> RequestFields {
    var scanner = JSONFieldScanner()
    try scanner.scanObject(bytes)
    return scanner.fields
  }

  private mutating func scanObject(_ bytes: Span<UInt8>) throws(JSONFault) {
    skipBlanks(bytes)
    guard position < bytes.count, bytes[position] == UInt8(ascii: "{") else { throw .notAnObject(offset: position) }
    position += 1
    skipBlanks(bytes)
    if try peek(bytes) == UInt8(ascii: "}") {
      position += 1
    } else {
      repeat { try scanMember(bytes) } while try continues(bytes)
    }
    skipBlanks(bytes)
    guard position == bytes.count else { throw .malformed(offset: position) }
  }

  /// Passes a comma (`true`) or the closing brace (`false`).
  private mutating func continues(_ bytes: Span<UInt8>) throws(JSONFault) -> Bool {
    skipBlanks(bytes)
    let byte = try peek(bytes)
    guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else { throw .malformed(offset: position) }
    position += 1
    return byte == UInt8(ascii: ",")
  }

  private mutating func scanMember(_ bytes: Span<UInt8>) throws(JSONFault) {
    skipBlanks(bytes)
    let (name, hasEscapes) = try scanString(bytes)
    guard !hasEscapes else { throw .escapedMemberName(offset: name.lowerBound) }
    skipBlanks(bytes)
    guard try peek(bytes) == UInt8(ascii: ":") else { throw .malformed(offset: position) }
    position += 1
    skipBlanks(bytes)
    switch name.count {
    case 5 where bytes.equals("model", at: name): try scanModel(bytes)
    case 6 where bytes.equals("stream", at: name): try scanStream(bytes)
    case 10 where bytes.equals("max_tokens", at: name): try scanLimit(bytes, "max_tokens", 4)
    case 17 where bytes.equals("max_output_tokens", at: name): try scanLimit(bytes, "max_output_tokens", 8)
    case 21 where bytes.equals("max_completion_tokens", at: name): try scanLimit(bytes, "max_completion_tokens", 16)
    default: try skipValue(bytes)
    }
  }

  private mutating func once(_ name: String, _ bit: UInt8) throws(JSONFault) {
    guard seen & bit == 0 else { throw .repeatedMember(name) }
    seen |= bit
  }

  private mutating func scanModel(_ bytes: Span<UInt8>) throws(JSONFault) {
    try once("model", 1)
    guard try peek(bytes) == UInt8(ascii: "\"") else { throw .wrongType(member: "model", expected: "a string") }
    let (value, hasEscapes) = try scanString(bytes)
    fields.model = value
    fields.modelHasEscapes = hasEscapes
  }

  private mutating func scanStream(_ bytes: Span<UInt8>) throws(JSONFault) {
    try once("stream", 2)
    let start = position
    try skipValue(bytes)
    if bytes.equals("true", at: start..<position) {
      fields.streams = true
    } else if !bytes.equals("false", at: start..<position), !bytes.equals("null", at: start..<position) {
      throw .wrongType(member: "stream", expected: "true or false")
    }
  }

  private mutating func scanLimit(_ bytes: Span<UInt8>, _ name: String, _ bit: UInt8) throws(JSONFault) {
    try once(name, bit)
    let start = position
    try skipValue(bytes)
    if bytes.equals("null", at: start..<position) { return }
    var value = 0
    for index in start..<position {
      guard ByteClass.isDigit(bytes[index]), value < 1 << 40 else { throw .wrongType(member: name, expected: "a positive integer") }
      value = value * 10 + Int(bytes[index] &- 48)
    }
    fields.maximumOutputTokens = min(value, fields.maximumOutputTokens ?? .max)
  }
}

extension JSONFieldScanner {
  private func peek(_ bytes: Span<UInt8>) throws(JSONFault) -> UInt8 {
    guard position < bytes.count else { throw .truncated }
    return bytes[position]
  }

  private mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
      position &+= 1
    }
  }

  /// Passes a string; its content without the quotes, and whether a backslash is in it.
  private mutating func scanString(_ bytes: Span<UInt8>) throws(JSONFault) -> (Range<Int>, Bool) {
    guard try peek(bytes) == UInt8(ascii: "\"") else { throw .malformed(offset: position) }
    let start = position + 1
    position = start
    var hasEscapes = false
    while true {
      skipPlainWords(bytes)
      let byte = try peek(bytes)
      if byte == UInt8(ascii: "\"") {
        position += 1
        return (start..<position - 1, hasEscapes)
      }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        position += 1
        _ = try peek(bytes)
      } else if byte < 0x20 {
        throw .malformed(offset: position)
      }
      position &+= 1
    }
  }

  /// Passes eight bytes at a time while none of them is a quote, a backslash or a control character.
  @inline(__always) private mutating func skipPlainWords(_ bytes: Span<UInt8>) {
    let raw = bytes.bytes
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    while position &+ 8 <= raw.byteCount {
      let word = raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
      let quotes = word ^ (ones &* 0x22)
      let slashes = word ^ (ones &* 0x5c)
      let found = ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes) | ((word &- ones &* 0x20) & ~word)
      if found & highs != 0 { return }
      position &+= 8
    }
  }

  /// Passes one value of any type.
  private mutating func skipValue(_ bytes: Span<UInt8>) throws(JSONFault) {
    switch try peek(bytes) {
    case UInt8(ascii: "\""): _ = try scanString(bytes)
    case UInt8(ascii: "{"), UInt8(ascii: "["): try skipContainer(bytes)
    default: try skipScalar(bytes)
    }
  }

  private mutating func skipScalar(_ bytes: Span<UInt8>) throws(JSONFault) {
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      let isLetter = (byte | 0x20) &- 97 < 26
      guard isLetter || ByteClass.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
      else {
        break
      }
      position &+= 1
    }
    guard position > start else { throw .malformed(offset: position) }
  }

  private mutating func skipContainer(_ bytes: Span<UInt8>) throws(JSONFault) {
    var depth = 0
    while true {
      switch try peek(bytes) {
      case UInt8(ascii: "\""):
        _ = try scanString(bytes)
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        guard depth <= Self.maximumDepth else { throw .tooDeep(offset: position) }
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      position &+= 1
      if depth == 0 { return }
    }
  }
}
