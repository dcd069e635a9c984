/// Finds the members of the top-level object that the proxy needs, passing over all others without decoding them.
///
/// What it accepts is JSON to the letter (RFC 8259), except that strings may hold bytes that are not UTF-8: those are the model
/// server's to judge. A member that decides something is refused when it comes twice or under an escaped name: two readers could
/// each take another one for the truth.
struct JSONFieldScanner {
  /// Containers inside each other.
  static let maximumDepth = 256

  private enum Member: UInt16 {
    case model = 1
    case stream = 2
    case maximumTokens = 4
    case maximumOutputTokens = 8
    case maximumCompletionTokens = 16
    case priority = 32
    case streamOptions = 64
  }

  var position = 0
  private var fields = RequestFields()
  private var seen: UInt16 = 0

  static func scan(_ bytes: Span<UInt8>) throws(JSONFault) -> RequestFields {
    var scanner = JSONFieldScanner()
    try scanner.scanObject(bytes)
    return scanner.fields
  }

  private mutating func scanObject(_ bytes: Span<UInt8>) throws(JSONFault) {
    skipBlanks(bytes)
    guard position < bytes.count, bytes[position] == UInt8(ascii: "{") else {
      // A byte order mark in front of a document is for readers to accept or not (RFC 8259 section 8.1): servers differ.
      let hasMark = bytes.count > 2 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf
      throw hasMark ? .byteOrderMark : .notAnObject(offset: position)
    }
    position += 1
    fields.firstMember = position
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
    case 1 where bytes.equals("n", at: name): try scanChoices(bytes)
    case 4 where bytes.equals("user", at: name): fields.user = try scanText(bytes)
    case 5 where bytes.equals("model", at: name): try scanModel(bytes)
    case 5 where bytes.equals("input", at: name): fields.prompt = try scanValue(bytes)
    case 6 where bytes.equals("stream", at: name): try scanStream(bytes)
    case 6 where bytes.equals("prompt", at: name): fields.prompt = try scanValue(bytes)
    case 8 where bytes.equals("messages", at: name): fields.prompt = try scanValue(bytes)
    case 8 where bytes.equals("priority", at: name):
      try once(.priority, "priority")
      fields.priority = try scanValue(bytes)
    case 10 where bytes.equals("max_tokens", at: name): try scanLimit(bytes, "max_tokens", .maximumTokens)
    case 14 where bytes.equals("stream_options", at: name):
      try once(.streamOptions, "stream_options")
      let value = try scanValue(bytes)
      fields.hasStreamOptions = !bytes.equals("null", at: value)
    case 16 where bytes.equals("prompt_cache_key", at: name): fields.cacheKey = try scanText(bytes)
    case 17 where bytes.equals("max_output_tokens", at: name): try scanLimit(bytes, "max_output_tokens", .maximumOutputTokens)
    case 21 where bytes.equals("max_completion_tokens", at: name):
      try scanLimit(bytes, "max_completion_tokens", .maximumCompletionTokens)
    default: try skipValue(bytes)
    }
  }

  private mutating func once(_ member: Member, _ name: String) throws(JSONFault) {
    guard seen & member.rawValue == 0 else { throw .repeatedMember(name) }
    seen |= member.rawValue
  }

  private mutating func scanValue(_ bytes: Span<UInt8>) throws(JSONFault) -> Range<Int> {
    let start = position
    try skipValue(bytes)
    return start..<position
  }

  /// The content of a string; `nil` for a value of another type, which is the model server's to judge.
  private mutating func scanText(_ bytes: Span<UInt8>) throws(JSONFault) -> Range<Int>? {
    let value = try scanValue(bytes)
    return bytes[value.lowerBound] == UInt8(ascii: "\"") ? value.lowerBound + 1..<value.upperBound - 1 : nil
  }

  private mutating func scanModel(_ bytes: Span<UInt8>) throws(JSONFault) {
    try once(.model, "model")
    guard try peek(bytes) == UInt8(ascii: "\"") else { throw .wrongType(member: "model", expected: "a string") }
    let (value, hasEscapes) = try scanString(bytes)
    fields.model = value
    fields.modelHasEscapes = hasEscapes
  }

  private mutating func scanStream(_ bytes: Span<UInt8>) throws(JSONFault) {
    try once(.stream, "stream")
    let value = try scanValue(bytes)
    if bytes.equals("true", at: value) {
      fields.streams = true
    } else if !bytes.equals("false", at: value), !bytes.equals("null", at: value) {
      throw .wrongType(member: "stream", expected: "true or false")
    }
  }

  private mutating func scanLimit(_ bytes: Span<UInt8>, _ name: String, _ member: Member) throws(JSONFault) {
    try once(member, name)
    let value = try scanValue(bytes)
    if bytes.equals("null", at: value) { return }
    guard let limit = Self.integer(bytes, value) else { throw .wrongType(member: name, expected: "a positive integer") }
    fields.maximumOutputTokens = min(limit, fields.maximumOutputTokens ?? .max)
  }

  private mutating func scanChoices(_ bytes: Span<UInt8>) throws(JSONFault) {
    let value = try scanValue(bytes)
    fields.choices = Self.integer(bytes, value).map { min(max($0, 1), RequestFields.maximumChoices) } ?? 1
  }

  private static func integer(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var value = 0
    for index in range {
      guard ByteClass.isDigit(bytes[index]), value < 1 << 40 else { return nil }
      value = value * 10 + Int(bytes[index] &- 48)
    }
    return value
  }
}
