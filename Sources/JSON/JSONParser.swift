/// A strict JSON parser over UTF-8 bytes (RFC 8259).
///
/// As Go's decoder reads it: of equal member names the last wins, a lone surrogate becomes U+FFFD. Integers outside of
/// `Int64` become doubles. Nesting deeper than `maximumDepth` is refused: the parser recurses.
package struct JSONParser {
  /// Kubernetes objects nest less than 100 deep (a CRD's schema of a pod template about 60); a bound on the stack.
  package static let maximumDepth = 512

  private var position = 0
  private var depth = 0
  private let refusesDuplicates: Bool

  private init(refusesDuplicates: Bool) { self.refusesDuplicates = refusesDuplicates }

  private struct Failure: Error {
    let offset: Int
    let reason: String
  }

  /// The one value that `bytes` holds. Throws ``JSONError``.
  /// - Parameter refusingDuplicates: A member name that comes twice in one object is an error: two readers could understand it differently.
  package static func parse(_ bytes: Span<UInt8>, refusingDuplicates: Bool = false) throws(JSONError) -> JSONValue {
    var parser = JSONParser(refusesDuplicates: refusingDuplicates)
    do {
      let value = try parser.value(bytes)
      parser.skipSpace(bytes)
      guard parser.position == bytes.count else { throw Failure(offset: parser.position, reason: "unexpected text after the value") }
      return value
    } catch let failure as Failure {
      throw JSONError(offset: failure.offset, reason: failure.reason, in: bytes)
    } catch {
      throw JSONError(offset: parser.position, reason: "\(error)", in: bytes)
    }
  }

  private func failure(_ reason: String) -> Failure { Failure(offset: position, reason: reason) }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func peek(_ bytes: Span<UInt8>) throws -> UInt8 {
    skipSpace(bytes)
    guard position < bytes.count else { throw failure("the text ends before the value does") }
    return bytes[position]
  }

  private mutating func value(_ bytes: Span<UInt8>) throws -> JSONValue {
    switch try peek(bytes) {
    case UInt8(ascii: "\""): return .string(try string(bytes))
    case UInt8(ascii: "{"): return try nested { try $0.object(bytes) }
    case UInt8(ascii: "["): return try nested { try $0.array(bytes) }
    case UInt8(ascii: "t"): return try literal("true", .bool(true), bytes)
    case UInt8(ascii: "f"): return try literal("false", .bool(false), bytes)
    case UInt8(ascii: "n"): return try literal("null", .null, bytes)
    default: return try number(bytes)
    }
  }

  private mutating func nested(_ body: (inout JSONParser) throws -> JSONValue) throws -> JSONValue {
    guard depth < Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth) levels") }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func literal(_ word: StaticString, _ value: JSONValue, _ bytes: Span<UInt8>) throws -> JSONValue {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count else { throw failure("unexpected character") }
    for offset in 0..<word.utf8CodeUnitCount where bytes[position + offset] != word.utf8Start[offset] {
      throw failure("unexpected character")
    }
    position = end
    return value
  }

  private mutating func array(_ bytes: Span<UInt8>) throws -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    if try peek(bytes) == UInt8(ascii: "]") {
      position += 1
      return .array(elements)
    }
    while true {
      elements.append(try value(bytes))
      switch try peek(bytes) {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "]"):
        position += 1
        return .array(elements)
      default: throw failure("expected ',' or ']' in an array")
      }
    }
  }

  private mutating func object(_ bytes: Span<UInt8>) throws -> JSONValue {
    position += 1
    var members: [JSONObject.Member] = []
    if try peek(bytes) == UInt8(ascii: "}") {
      position += 1
      return .object(JSONObject(distinct: members))
    }
    members.reserveCapacity(6)
    while true {
      guard try peek(bytes) == UInt8(ascii: "\"") else { throw failure("expected a member name in double quotes") }
      let key = try string(bytes)
      guard try peek(bytes) == UInt8(ascii: ":") else { throw failure("expected ':' after a member name") }
      position += 1
      members.append(JSONObject.Member(key: key, value: try value(bytes)))
      switch try peek(bytes) {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "}"):
        position += 1
        let object = Self.distinct(members)
        guard !refusesDuplicates || object.count == members.count else { throw failure("a member name comes twice in an object") }
        return .object(object)
      default: throw failure("expected ',' or '}' in an object")
      }
    }
  }

  private static func distinct(_ members: [JSONObject.Member]) -> JSONObject {
    let few = 16
    if members.count <= few {
      for index in members.indices.dropFirst() {
        for earlier in 0..<index where members[earlier].key == members[index].key {
          return JSONObject(members.map { ($0.key, $0.value) })
        }
      }
      return JSONObject(distinct: members)
    }
    var places: [String: Int] = [:]
    var kept: [JSONObject.Member] = []
    kept.reserveCapacity(members.count)
    for member in members {
      if let place = places[member.key] {
        kept[place] = member
      } else {
        places[member.key] = kept.count
        kept.append(member)
      }
    }
    return JSONObject(distinct: kept)
  }

  private mutating func number(_ bytes: Span<UInt8>) throws -> JSONValue {
    let start = position
    func digits(_ parser: inout JSONParser) -> Int {
      let first = parser.position
      while parser.position < bytes.count, (0x30...0x39).contains(bytes[parser.position]) { parser.position += 1 }
      return parser.position - first
    }
    func next(_ parser: JSONParser) -> UInt8? { parser.position < bytes.count ? bytes[parser.position] : nil }

    if next(self) == UInt8(ascii: "-") { position += 1 }
    let leading = next(self)
    let count = digits(&self)
    guard count > 0 else { throw Failure(offset: start, reason: "unexpected character") }
    guard count == 1 || leading != UInt8(ascii: "0") else { throw Failure(offset: start, reason: "a number cannot start with 0") }
    var isInteger = true
    if next(self) == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      guard digits(&self) > 0 else { throw failure("expected a digit after '.'") }
    }
    if let character = next(self), character | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      if let sign = next(self), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      guard digits(&self) > 0 else { throw failure("expected a digit in the exponent") }
    }
    let text = String(copying: try UTF8Span(validating: bytes.extracting(start..<position)))
    if isInteger, let integer = Int64(text) { return .int(integer) }
    guard let double = Double(text), double.isFinite else { throw Failure(offset: start, reason: "the number \(text) is too large") }
    return .double(double)
  }
}

// MARK: Strings

extension JSONParser {
  private mutating func string(_ bytes: Span<UInt8>) throws -> String {
    position += 1
    let start = position
    var escaped = false
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\") {
        escaped = true
        position += 1
      } else if bytes[position] < 0x20 {
        throw failure("a control character in a string must be escaped")
      }
      position += 1
    }
    guard position < bytes.count else { throw Failure(offset: start - 1, reason: "the string does not end") }
    let content = bytes.extracting(start..<position)
    position += 1
    if escaped { return try unescape(content, at: start) }
    guard let text = try? UTF8Span(validating: content) else { throw Failure(offset: start, reason: "the string is not UTF-8") }
    return String(copying: text)
  }

  private func unescape(_ content: Span<UInt8>, at start: Int) throws -> String {
    var output: [UInt8] = []
    output.reserveCapacity(content.count)
    var index = 0
    while index < content.count {
      let byte = content[index]
      index += 1
      guard byte == UInt8(ascii: "\\") else {
        output.append(byte)
        continue
      }
      let kind = content[index]
      index += 1
      switch kind {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(kind)
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0C)
      case UInt8(ascii: "n"): output.append(0x0A)
      case UInt8(ascii: "r"): output.append(0x0D)
      case UInt8(ascii: "t"): output.append(0x09)
      case UInt8(ascii: "u"): output.append(contentsOf: try scalar(content, &index, at: start).utf8)
      default: throw Failure(offset: start + index - 1, reason: "unknown escape in a string")
      }
    }
    guard let text = try? UTF8Span(validating: output.span) else { throw Failure(offset: start, reason: "the string is not UTF-8") }
    return String(copying: text)
  }

  private func scalar(_ content: Span<UInt8>, _ index: inout Int, at start: Int) throws -> String {
    let replacement: Unicode.Scalar = "\u{FFFD}"
    let unit = try hex(content, &index, at: start)
    guard (0xD800..<0xE000).contains(unit) else { return String(Unicode.Scalar(unit) ?? replacement) }
    guard unit < 0xDC00, index + 6 <= content.count, content[index] == UInt8(ascii: "\\"), content[index + 1] == UInt8(ascii: "u") else {
      return String(replacement)
    }
    var lookahead = index + 2
    let low = try hex(content, &lookahead, at: start)
    guard (0xDC00..<0xE000).contains(low) else { return String(replacement) }
    index = lookahead
    return String(Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)) ?? replacement)
  }

  private func hex(_ content: Span<UInt8>, _ index: inout Int, at start: Int) throws -> UInt32 {
    guard index + 4 <= content.count else { throw Failure(offset: start + index, reason: "expected four hexadecimal digits after \\u") }
    var unit: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt32
      switch content[index] {
      case let byte where (0x30...0x39).contains(byte): digit = UInt32(byte - 0x30)
      case let byte where (0x41...0x46).contains(byte): digit = UInt32(byte - 0x37)
      case let byte where (0x61...0x66).contains(byte): digit = UInt32(byte - 0x57)
      default: throw Failure(offset: start + index, reason: "expected four hexadecimal digits after \\u")
      }
      unit = unit << 4 | digit
      index += 1
    }
    return unit
  }
}

extension JSONValue {
  /// Parses UTF-8 bytes.
  package init(parsing bytes: [UInt8]) throws(JSONError) { self = try JSONParser.parse(bytes.span) }
  package init(parsing bytes: ArraySlice<UInt8>) throws(JSONError) { self = try JSONParser.parse(Array(bytes).span) }
  package init(parsing text: String) throws(JSONError) { self = try JSONParser.parse(Array(text.utf8).span) }
}
