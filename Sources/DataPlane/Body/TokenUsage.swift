/// The `usage` that a model server reports at the end of its answer.
struct TokenUsage: Equatable {
  var promptTokens: Int?
  var outputTokens: Int?

  /// Bytes from the end of an answer that are searched: the object itself is a few hundred bytes long, in a stream it comes in the last
  /// event before `[DONE]`.
  static let tailBytes = 1024

  /// Reads the last `"usage"` object in `bytes`, the end of a JSON answer or of an event stream.
  init?(inTail bytes: Span<UInt8>) {
    guard let start = Self.lastIndex(of: "\"usage\"", in: bytes) else { return nil }
    let rest = start..<bytes.count
    promptTokens = Self.number(after: "\"prompt_tokens\"", in: bytes, rest) ?? Self.number(after: "\"input_tokens\"", in: bytes, rest)
    outputTokens = Self.number(after: "\"completion_tokens\"", in: bytes, rest) ?? Self.number(after: "\"output_tokens\"", in: bytes, rest)
    if promptTokens == nil, outputTokens == nil { return nil }
  }

  private static func lastIndex(of text: StaticString, in bytes: Span<UInt8>) -> Int? {
    let length = text.utf8CodeUnitCount
    var start = bytes.count - length
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
    while position < range.upperBound, bytes[position] == UInt8(ascii: ":") || bytes[position] == 0x20 { position += 1 }
    var value = 0
    let start = position
    while position < range.upperBound, ByteClass.isDigit(bytes[position]), value < 1 << 40 {
      value = value * 10 + Int(bytes[position] &- 48)
      position += 1
    }
    return position > start ? value : nil
  }
}
