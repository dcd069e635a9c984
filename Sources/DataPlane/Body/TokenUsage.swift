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
    var end = bytes.count
    while let start = bytes.lastIndex(of: "\"usage\"", before: end) {
      if let brace = Self.brace(in: bytes, from: start + 7) {
        let members = Members(bytes, object: brace)
        if let usage = members.usage {
          self = usage
          return
        }
      }
      end = start
    }
    return nil
  }

  /// The opening brace of the object whose colon comes next.
  private static func brace(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var position = start
    while position < bytes.count, isBlankOrColon(bytes[position]) { position &+= 1 }
    return position < bytes.count && bytes[position] == UInt8(ascii: "{") ? position : nil
  }

  @inline(__always) private static func isBlankOrColon(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ":") || byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  /// The numbers of a usage object, found in one pass; the first of each name counts. Names inside of it (`prompt_tokens_details`) count too.
  private struct Members {
    /// A name that stands there, whatever is behind it.
    private struct Count {
      var isNamed = false
      var value: Int?
    }

    private var prompt = Count()
    private var input = Count()
    private var completion = Count()
    private var output = Count()
    private var cached = Count()
    private var total = Count()

    /// - Parameter start: Where its opening brace is. A missing closing brace is at the end of `bytes`.
    init(_ bytes: Span<UInt8>, object start: Int) {
      var depth = 0
      var position = start
      while true {
        position = bytes.nextQuoteOrBrace(from: position)
        guard position < bytes.count else { return }
        switch bytes[position] {
        case UInt8(ascii: "\""): note(bytes, nameAt: position)
        case UInt8(ascii: "{"): depth &+= 1
        default:
          depth &-= 1
          if depth == 0 { return }
        }
        position &+= 1
      }
    }

    private mutating func note(_ bytes: Span<UInt8>, nameAt start: Int) {
      guard start &+ 1 < bytes.count else { return }
      switch bytes[start &+ 1] {
      case UInt8(ascii: "p"): Self.note(bytes, "\"prompt_tokens\"", start, &prompt)
      case UInt8(ascii: "c"):
        Self.note(bytes, "\"completion_tokens\"", start, &completion)
        Self.note(bytes, "\"cached_tokens\"", start, &cached)
      case UInt8(ascii: "t"): Self.note(bytes, "\"total_tokens\"", start, &total)
      case UInt8(ascii: "i"): Self.note(bytes, "\"input_tokens\"", start, &input)
      case UInt8(ascii: "o"): Self.note(bytes, "\"output_tokens\"", start, &output)
      default: break
      }
    }

    @inline(__always)
    private static func note(_ bytes: Span<UInt8>, _ name: StaticString, _ start: Int, _ count: inout Count) {
      let end = start &+ name.utf8CodeUnitCount
      guard !count.isNamed, end <= bytes.count, bytes.equals(name, at: start..<end) else { return }
      count.isNamed = true
      count.value = number(in: bytes, from: end)
    }

    private static func number(in bytes: Span<UInt8>, from start: Int) -> Int? {
      var position = start
      while position < bytes.count, isBlankOrColon(bytes[position]) { position &+= 1 }
      let first = position
      var value = 0
      while position < bytes.count, ByteClass.isDigit(bytes[position]), value < 1 << 40 {
        value = value &* 10 &+ Int(bytes[position] &- 48)
        position &+= 1
      }
      return position > first ? value : nil
    }

    /// `nil` when it counts nothing.
    var usage: TokenUsage? {
      let promptTokens = prompt.value ?? input.value
      var outputTokens = completion.value ?? output.value
      // Embeddings and the like have a prompt and no output.
      if promptTokens != nil, outputTokens == nil, total.value == promptTokens { outputTokens = 0 }
      guard promptTokens != nil || outputTokens != nil else { return nil }
      return TokenUsage(promptTokens: promptTokens, outputTokens: outputTokens, cachedTokens: cached.value)
    }
  }
}
