import CByteScan

// Passing over values: strict about the grammar, indifferent to what is said in it.
extension JSONFieldScanner {
  @inline(__always) func peek(_ bytes: Span<UInt8>) throws(JSONFault) -> UInt8 {
    guard position < bytes.count else { throw .truncated }
    return bytes[position]
  }

  @inline(__always) mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
      position &+= 1
    }
  }

  /// Passes one value of any type.
  mutating func skipValue(_ bytes: Span<UInt8>) throws(JSONFault) {
    switch try peek(bytes) {
    case UInt8(ascii: "\""): _ = try scanString(bytes)
    case UInt8(ascii: "{"), UInt8(ascii: "["): try skipContainer(bytes)
    default: try skipScalar(bytes)
    }
  }

  // MARK: Strings

  /// Passes a string; its content without the quotes, and whether a backslash is in it.
  mutating func scanString(_ bytes: Span<UInt8>) throws(JSONFault) -> (Range<Int>, Bool) {
    guard try peek(bytes) == UInt8(ascii: "\"") else { throw .malformed(offset: position) }
    let start = position + 1
    position = start
    var hasEscapes = false
    while true {
      skipPlainText(bytes)
      let byte = try peek(bytes)
      if byte == UInt8(ascii: "\"") {
        position += 1
        return (start..<position - 1, hasEscapes)
      }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        try skipEscape(bytes)
      } else if byte < 0x20 {
        throw .malformed(offset: position)
      }
      position &+= 1
    }
  }

  /// Passes what is neither a quote nor a backslash nor a control character.
  @inline(__always) private mutating func skipPlainText(_ bytes: Span<UInt8>) {
    position = bytes.withUnsafeBufferPointer { memory in
      memory.baseAddress.map { podium_json_text_end($0, position, memory.count) } ?? position
    }
  }

  /// From the backslash to the last byte of the escape.
  private mutating func skipEscape(_ bytes: Span<UInt8>) throws(JSONFault) {
    position += 1
    switch try peek(bytes) {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      return
    case UInt8(ascii: "u"):
      for _ in 0..<4 {
        position += 1
        guard ByteClass.hexadecimal(try peek(bytes)) != nil else { throw .malformed(offset: position) }
      }
    default: throw .malformed(offset: position)
    }
  }

  // MARK: Numbers and words

  private mutating func skipScalar(_ bytes: Span<UInt8>) throws(JSONFault) {
    switch try peek(bytes) {
    case UInt8(ascii: "t"): try skipWord(bytes, "true")
    case UInt8(ascii: "f"): try skipWord(bytes, "false")
    case UInt8(ascii: "n"): try skipWord(bytes, "null")
    default: try skipNumber(bytes)
    }
  }

  private mutating func skipWord(_ bytes: Span<UInt8>, _ word: StaticString) throws(JSONFault) {
    for index in 0..<word.utf8CodeUnitCount {
      guard try peek(bytes) == word.utf8Start[index] else { throw .malformed(offset: position) }
      position &+= 1
    }
  }

  private mutating func skipNumber(_ bytes: Span<UInt8>) throws(JSONFault) {
    if try peek(bytes) == UInt8(ascii: "-") { position &+= 1 }
    if try peek(bytes) == UInt8(ascii: "0") { position &+= 1 } else { try skipDigits(bytes) }
    guard position < bytes.count else { return }
    if bytes[position] == UInt8(ascii: ".") {
      position &+= 1
      try skipDigits(bytes)
    }
    guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") else { return }
    position &+= 1
    let sign = try peek(bytes)
    if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position &+= 1 }
    try skipDigits(bytes)
  }

  /// One digit at least.
  private mutating func skipDigits(_ bytes: Span<UInt8>) throws(JSONFault) {
    guard ByteClass.isDigit(try peek(bytes)) else { throw .malformed(offset: position) }
    while position < bytes.count, ByteClass.isDigit(bytes[position]) { position &+= 1 }
  }

  // MARK: Containers

  private mutating func skipContainer(_ bytes: Span<UInt8>) throws(JSONFault) {
    var nesting = JSONNesting()
    while true {
      guard try skipUntilEnd(bytes, &nesting) else { continue }
      // A value has ended: what it stands in goes on, or ends with it.
      while true {
        guard nesting.depth > 0 else { return }
        skipBlanks(bytes)
        let byte = try peek(bytes)
        if byte == UInt8(ascii: ",") {
          position &+= 1
          skipBlanks(bytes)
          if nesting.isInObject { try skipName(bytes) }
          break
        }
        guard byte == (nesting.isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { throw .malformed(offset: position) }
        position &+= 1
        nesting.leave()
      }
    }
  }

  /// Passes a value, or the beginning of a container that has something in it.
  /// - Returns: Whether the value has ended.
  private mutating func skipUntilEnd(_ bytes: Span<UInt8>, _ nesting: inout JSONNesting) throws(JSONFault) -> Bool {
    switch try peek(bytes) {
    case UInt8(ascii: "\""): _ = try scanString(bytes)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard nesting.depth < Self.maximumDepth else { throw .tooDeep(offset: position) }
      nesting.enter(object: bytes[position] == UInt8(ascii: "{"))
      position &+= 1
      skipBlanks(bytes)
      if try peek(bytes) == (nesting.isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
        position &+= 1
        nesting.leave()
        return true
      }
      if nesting.isInObject { try skipName(bytes) }
      return false
    default: try skipScalar(bytes)
    }
    return true
  }

  private mutating func skipName(_ bytes: Span<UInt8>) throws(JSONFault) {
    _ = try scanString(bytes)
    skipBlanks(bytes)
    guard try peek(bytes) == UInt8(ascii: ":") else { throw .malformed(offset: position) }
    position &+= 1
    skipBlanks(bytes)
  }
}

/// Which kinds of containers stand inside each other: a bit for each, up to ``JSONFieldScanner/maximumDepth``.
struct JSONNesting {
  private(set) var depth = 0
  private var bits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  var isInObject: Bool { bits.0 & 1 != 0 }

  mutating func enter(object: Bool) {
    depth &+= 1
    bits = (
      bits.0 << 1 | (object ? 1 : 0), bits.1 << 1 | bits.0 >> 63, bits.2 << 1 | bits.1 >> 63, bits.3 << 1 | bits.2 >> 63
    )
  }

  mutating func leave() {
    depth &-= 1
    bits = (bits.0 >> 1 | bits.1 << 63, bits.1 >> 1 | bits.2 << 63, bits.2 >> 1 | bits.3 << 63, bits.3 >> 1)
  }
}
