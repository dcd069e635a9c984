/// The `usage` that a model server reports at the end of its answer.
struct TokenUsage: Equatable {
  var promptTokens: Int?
  var outputTokens: Int?
  /// Of the prompt, those that were in the server's cache.
  var cachedTokens: Int?

  /// Bytes from the end of an answer that are searched: the object itself is a few hundred bytes long, in a stream it comes in the last
  /// event before `[DONE]`.
  static let tailBytes = 1024
}

extension TokenUsage {
  /// Reads the last `"usage"` in `bytes` that is more than `null`; they are the end of a JSON answer or of an event stream. The text of
  /// an answer cannot be taken for it: a quote in a string has a backslash before it.
  init?(inTail bytes: Span<UInt8>) {
    self.init()
    var end = bytes.count
    while let start = Self.lastIndex(of: "\"usage\"", in: bytes, before: end) {
      if let range = Self.object(in: bytes, from: start + 7) {
        promptTokens = Self.number(after: "\"prompt_tokens\"", in: bytes, range) ?? Self.number(after: "\"input_tokens\"", in: bytes, range)
        outputTokens =
          Self.number(after: "\"completion_tokens\"", in: bytes, range) ?? Self.number(after: "\"output_tokens\"", in: bytes, range)
        cachedTokens = Self.number(after: "\"cached_tokens\"", in: bytes, range)
        // Embeddings and the like have a prompt and no output.
        if promptTokens != nil, outputTokens == nil, Self.number(after: "\"total_tokens\"", in: bytes, range) == promptTokens {
          outputTokens = 0
        }
        if promptTokens != nil || outputTokens != nil { return }
      }
      end = start
    }
    return nil
  }

  /// The members of the object whose colon comes next, up to its closing brace; up to the end when that is missing.
  private static func object(in bytes: Span<UInt8>, from start: Int) -> Range<Int>? {
    var position = start
    while position < bytes.count, isBlankOrColon(bytes[position]) { position += 1 }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "{") else { return nil }
    let first = position + 1
    var depth = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "{") { depth += 1 }
      if bytes[position] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { break }
      position += 1
    }
    return first..<max(first, position)
  }

  private static func isBlankOrColon(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ":") || byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  private static func lastIndex(of text: StaticString, in bytes: Span<UInt8>, before end: Int) -> Int? {
    let length = text.utf8CodeUnitCount
    var start = end - length
    while start >= 0 {
      if bytes[start] == UInt8(ascii: "\""), bytes.equals(text, at: start..<start + length) { return start }
      start -= 1
    }
    return nil
  }

  private static func number(after name: StaticString, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    let length = name.utf8CodeUnitCount
    var start = range.lowerBound
    while start + length <= range.upperBound {
      if bytes[start] == UInt8(ascii: "\""), bytes.equals(name, at: start..<start + length) {
        return number(in: bytes, start + length..<range.upperBound)
      }
      start += 1
    }
    return nil
  }

  private static func number(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var position = range.lowerBound
    while position < range.upperBound, isBlankOrColon(bytes[position]) { position += 1 }
    var value = 0
    let start = position
    while position < range.upperBound, ByteClass.isDigit(bytes[position]), value < 1 << 40 {
      value = value * 10 + Int(bytes[position] &- 48)
      position += 1
    }
    return position > start ? value : nil
  }
}
