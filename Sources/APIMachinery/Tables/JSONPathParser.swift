import JSON

/// Reads a ``JSONPath``.
struct JSONPathParser {
  /// Filters hold paths that hold filters; nobody writes more.
  private static let maximumDepth = 4

  private let text: String
  private let characters: [Character]
  private var position = 0
  private let depth: Int

  static func parse(_ text: String, depth: Int = 0) throws(JSONPathError) -> JSONPath {
    guard depth < maximumDepth else { throw JSONPathError(description: "the path \"\(text)\" nests filters too deeply") }
    var parser = JSONPathParser(text, depth: depth)
    return JSONPath(text: text, steps: try parser.steps())
  }

  private init(_ text: String, depth: Int) {
    self.text = text
    self.depth = depth
    var inner = text[...]
    if inner.hasPrefix("{"), inner.hasSuffix("}") { inner = inner.dropFirst().dropLast() }
    characters = Array(inner)
  }

  private func failure(_ reason: String) -> JSONPathError { JSONPathError(description: "\(reason) in the path \"\(text)\"") }

  private var next: Character? { position < characters.count ? characters[position] : nil }

  private mutating func steps() throws(JSONPathError) -> [JSONPath.Step] {
    var steps: [JSONPath.Step] = []
    if next == "$" || next == "@" { position += 1 }
    while let character = next {
      if character == "[" {
        steps.append(try bracket())
        continue
      }
      if character == "." {
        position += 1
        if next == "." {
          position += 1
          steps.append(.descendants)
        }
      } else if !steps.isEmpty || position > 0 {
        throw failure("unexpected \"\(character)\"")
      }
      if next == "*" {
        position += 1
        steps.append(.wildcard)
      } else if next != "[", next != nil {
        steps.append(.member(try member()))
      }
    }
    return steps
  }

  private mutating func member() throws(JSONPathError) -> String {
    var name = ""
    while let character = next, character != ".", character != "[" {
      position += 1
      if character == "\\", let escaped = next {
        position += 1
        name.append(escaped)
      } else {
        name.append(character)
      }
    }
    guard !name.isEmpty else { throw failure("a member name is missing") }
    return name
  }

  private mutating func bracket() throws(JSONPathError) -> JSONPath.Step {
    let content = try bracketContent()
    if content.hasPrefix("?(") {
      guard content.hasSuffix(")") else { throw failure("a filter ends with )]") }
      return try filter(String(content.dropFirst(2).dropLast()))
    }
    if content == "*" { return .wildcard }
    if let name = Self.quoted(content) { return .member(name) }
    if let index = Int(content) { return .index(index) }
    let parts = content.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, parts.allSatisfy({ $0.isEmpty || Int($0) != nil }) { return .slice(Int(parts[0]), Int(parts[1])) }
    throw failure("[\(content)] is no index, slice, quoted name or filter")
  }

  /// What is between `[` and its `]`, quotes respected.
  private mutating func bracketContent() throws(JSONPathError) -> String {
    position += 1
    var content = ""
    var level = 1
    var quote: Character?
    while let character = next {
      position += 1
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if character == "[" {
        level += 1
      } else if character == "]" {
        level -= 1
        if level == 0 { return content }
      }
      content.append(character)
    }
    throw failure("unterminated array")
  }

  private static func quoted(_ text: String) -> String? {
    guard text.count >= 2, let first = text.first, first == "'" || first == "\"", text.last == first else { return nil }
    return String(text.dropFirst().dropLast())
  }

  private func filter(_ text: String) throws(JSONPathError) -> JSONPath.Step {
    var quote: Character?
    let characters = Array(text)
    for index in characters.indices {
      let character = characters[index]
      if let open = quote {
        if character == open { quote = nil }
        continue
      }
      if character == "'" || character == "\"" { quote = character }
      guard "=!<>".contains(character) else { continue }
      let isLong = index + 1 < characters.count && characters[index + 1] == "="
      let word = isLong ? "\(character)=" : String(character)
      guard ["==", "!=", "<", "<=", ">", ">="].contains(word) else { throw failure("unknown operator \(word)") }
      let path = try Self.parse(Self.trimmed(characters[..<index]), depth: depth + 1)
      return .filter(path, JSONPath.Comparison(word: word, value: try value(Self.trimmed(characters[(index + word.count)...]))))
    }
    return .filter(try Self.parse(Self.trimmed(characters[...]), depth: depth + 1), nil)
  }

  private static func trimmed(_ characters: ArraySlice<Character>) -> String {
    String(String(characters.drop(while: \.isWhitespace)).reversed().drop(while: \.isWhitespace).reversed())
  }

  private func value(_ text: String) throws(JSONPathError) -> JSONValue {
    if let string = Self.quoted(text) { return .string(string) }
    guard let value = try? JSONValue(parsing: text), value.array == nil, value.object == nil else {
      throw failure("a filter compares with a string in quotes, a number or a boolean, not \(text)")
    }
    return value
  }
}
