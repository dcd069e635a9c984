/// Splits an expression into tokens.
struct CELLexer {
  private let scalars: [Unicode.Scalar]
  private let source: CELSource
  private var position = 0

  init(_ source: CELSource) {
    self.source = source
    scalars = source.scalars
  }

  static func tokens(of source: CELSource) throws(CELCompileError) -> [CELToken] {
    var lexer = CELLexer(source)
    var tokens: [CELToken] = []
    while true {
      let token = try lexer.token()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    position + ahead < scalars.count ? scalars[position + ahead] : nil
  }

  private mutating func skipSpace() {
    while let scalar = peek() {
      if scalar == "/", peek(1) == "/" {
        while let next = peek(), next != "\n" { position += 1 }
      } else if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{C}" {
        position += 1
      } else {
        return
      }
    }
  }

  private mutating func token() throws(CELCompileError) -> CELToken {
    skipSpace()
    let start = position
    guard let scalar = peek() else { return CELToken(kind: .end, offset: start) }
    if let quoted = try stringLiteral() { return CELToken(kind: quoted, offset: start) }
    if Self.isLetter(scalar) {
      while let next = peek(), Self.isLetter(next) || Self.isDigit(next) { position += 1 }
      return CELToken(kind: .identifier(text(start)), offset: start)
    }
    if Self.isDigit(scalar) || (scalar == "." && peek(1).map(Self.isDigit) ?? false) {
      return CELToken(kind: try number(), offset: start)
    }
    if scalar == "`" { return try backquoted() }
    for length in [2, 1] where position + length <= scalars.count {
      let candidate = String(String.UnicodeScalarView(scalars[position..<position + length]))
      if Self.symbols.contains(candidate) {
        position += length
        return CELToken(kind: .symbol(candidate), offset: start)
      }
    }
    throw source.error(at: start, "Syntax error: token recognition error at: '\(scalar)'")
  }

  private static let symbols: Set<String> = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}",
  ]

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }
  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private func text(_ start: Int) -> String { String(String.UnicodeScalarView(scalars[start..<position])) }

  private mutating func backquoted() throws(CELCompileError) -> CELToken {
    let start = position
    position += 1
    while let next = peek(), next != "`", next != "\n" { position += 1 }
    guard peek() == "`" else { throw source.error(at: start, "Syntax error: token recognition error at: '`'") }
    position += 1
    return CELToken(kind: .quoted(String(text(start).dropFirst().dropLast())), offset: start)
  }

  private mutating func digits(_ accepts: (Unicode.Scalar) -> Bool) {
    while let next = peek(), accepts(next) { position += 1 }
  }

  private mutating func number() throws(CELCompileError) -> CELToken.Kind {
    let start = position
    if peek() == "0", peek(1) == "x" || peek(1) == "X" {
      position += 2
      digits { $0.properties.isASCIIHexDigit }
      guard let value = UInt64(text(start).dropFirst(2), radix: 16) else { throw source.error(at: start, "invalid int literal") }
      return unsigned(value)
    }
    digits(Self.isDigit)
    var isDouble = false
    if peek() == ".", peek(1).map(Self.isDigit) ?? false {
      isDouble = true
      position += 1
      digits(Self.isDigit)
    }
    if peek() == "e" || peek() == "E" {
      let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
      if peek(1 + sign).map(Self.isDigit) ?? false {
        isDouble = true
        position += 1 + sign
        digits(Self.isDigit)
      }
    }
    if isDouble {
      guard let value = Double(text(start)), value.isFinite else { throw source.error(at: start, "invalid double literal") }
      return .double(value)
    }
    guard let value = UInt64(text(start)) else { throw source.error(at: start, "invalid int literal") }
    return unsigned(value)
  }

  private mutating func unsigned(_ value: UInt64) -> CELToken.Kind {
    guard peek() == "u" || peek() == "U" else { return .int(value) }
    position += 1
    return .uint(value)
  }
}

// MARK: Strings

extension CELLexer {
  /// A string or bytes literal, with its prefix (`r`, `b`); `nil` when there is none here.
  private mutating func stringLiteral() throws(CELCompileError) -> CELToken.Kind? {
    let start = position
    var isRaw = false
    var isBytes = false
    var ahead = 0
    while ahead < 2, let letter = peek(ahead), let lower = letter.properties.lowercaseMapping.unicodeScalars.first {
      if lower == "r", !isRaw { isRaw = true } else if lower == "b", !isBytes { isBytes = true } else { break }
      ahead += 1
    }
    guard let quote = peek(ahead), quote == "\"" || quote == "'" else { return nil }
    position += ahead
    let isTriple = peek(1) == quote && peek(2) == quote
    position += isTriple ? 3 : 1
    var content: [UInt8] = []
    while true {
      guard let scalar = peek(), isTriple || scalar != "\n" else {
        throw source.error(at: start, "Syntax error: token recognition error at: '\(text(start))'")
      }
      if scalar == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
        position += isTriple ? 3 : 1
        break
      }
      position += 1
      if scalar == "\\", !isRaw {
        try escape(into: &content, isBytes: isBytes, from: position - 1)
      } else {
        content.append(contentsOf: Array(String(scalar).utf8))
      }
    }
    return isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self))
  }

  private mutating func escape(into content: inout [UInt8], isBytes: Bool, from start: Int) throws(CELCompileError) {
    guard let kind = peek() else { throw source.error(at: start, "Syntax error: the string does not end") }
    position += 1
    let simple: [Unicode.Scalar: UInt8] = [
      "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "'": 39, "\"": 34, "`": 96, "?": 63,
    ]
    if let byte = simple[kind] {
      content.append(byte)
      return
    }
    let count: Int
    var radix = 16
    switch kind {
    case "x", "X": count = 2
    case "u": count = 4
    case "U": count = 8
    case "0"..."3":
      position -= 1
      count = 3
      radix = 8
    default: throw source.error(at: start, "Syntax error: unable to unescape string")
    }
    guard position + count <= scalars.count,
      let value = UInt32(String(String.UnicodeScalarView(scalars[position..<position + count])), radix: radix)
    else { throw source.error(at: start, "Syntax error: unable to unescape string") }
    position += count
    if isBytes, value < 256, radix == 8 || count == 2 {
      content.append(UInt8(value))
    } else {
      guard let scalar = Unicode.Scalar(value) else { throw source.error(at: start, "Syntax error: unable to unescape string") }
      content.append(contentsOf: Array(String(scalar).utf8))
    }
  }
}
