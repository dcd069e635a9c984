import TestKit

/// A Swift file with comments and string literals blanked out, so that words in prose are not taken for code.
struct SwiftSource {
  /// Relative to the repository.
  let path: String
  let lines: [String]
  /// The same lines with comments and strings replaced by spaces.
  let code: [String]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    code = Self.blanked(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The Swift files below a folder of the repository.
  static func files(below folder: String) throws -> [SwiftSource] {
    try all.get().filter { $0.path.hasPrefix("\(folder)/") }
  }

  /// Read once for all tests.
  private static let all = Result {
    try ["Sources", "Tests"].flatMap { Places.files(below: $0, suffix: ".swift") }
      .map { SwiftSource(path: $0, text: try Places.text($0)) }
  }

  /// The module names this file imports.
  var imports: [String] {
    code.compactMap { line in
      let words = line.split(separator: " ").drop { $0.hasPrefix("@") || $0 == "package" || $0 == "internal" || $0 == "private" }
      guard words.first == "import", let last = words.last else { return nil }
      return last.split(separator: ".").first.map(String.init)
    }
  }

  /// `path:line` of each line of code that contains the pattern.
  func places<Output>(of pattern: Regex<Output>) -> [String] {
    code.indices.filter { code[$0].contains(pattern) }.map { "\(path):\($0 + 1): \(lines[$0].trimmed)" }
  }

  private static func blanked(_ text: String) -> String {
    var scanner = Blanker(Array(text.utf8))
    scanner.run()
    return String(decoding: scanner.output, as: UTF8.self)
  }
}

extension String {
  var trimmed: String { String(drop { $0 == " " }) }
}

/// Copies code, and turns comments and the text of string literals into spaces; newlines stay where they are.
private struct Blanker {
  private let input: [UInt8]
  private var position = 0
  private(set) var output: [UInt8] = []

  init(_ input: [UInt8]) { self.input = input }

  mutating func run() {
    while position < input.count {
      if starts("//") {
        blank { $0.at("\n") }
      } else if starts("/*") {
        blankBlockComment()
      } else if let hashes = openingHashes() {
        blankString(hashes: hashes)
      } else {
        copy(1)
      }
    }
  }

  private func at(_ text: StaticString) -> Bool { position >= input.count || starts(text) }

  private func starts(_ text: StaticString, at offset: Int = 0) -> Bool {
    let start = position + offset
    guard start + text.utf8CodeUnitCount <= input.count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { input[start + $0] == text.utf8Start[$0] }
  }

  private mutating func copy(_ count: Int) {
    output.append(contentsOf: input[position..<min(position + count, input.count)])
    position += count
  }

  private mutating func skip(_ count: Int) {
    for byte in input[position..<min(position + count, input.count)] {
      output.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
    }
    position += count
  }

  private mutating func blank(until end: (Blanker) -> Bool) {
    while position < input.count, !end(self) { skip(1) }
  }

  private mutating func blankBlockComment() {
    var depth = 0
    repeat {
      if starts("/*") {
        depth += 1
        skip(2)
      } else if starts("*/") {
        depth -= 1
        skip(2)
      } else {
        skip(1)
      }
    } while depth > 0 && position < input.count
  }

  /// The number of `#` before a string that begins here; `nil` when none begins.
  private func openingHashes() -> Int? {
    var offset = 0
    while starts("#", at: offset) { offset += 1 }
    return starts("\"", at: offset) ? offset : nil
  }

  private mutating func blankString(hashes: Int) {
    skip(hashes)
    let multiline = starts("\"\"\"")
    skip(multiline ? 3 : 1)
    let close = Array(repeating: UInt8(ascii: "\""), count: multiline ? 3 : 1) + Array(repeating: UInt8(ascii: "#"), count: hashes)
    let escape = [UInt8(ascii: "\\")] + Array(repeating: UInt8(ascii: "#"), count: hashes)
    while position < input.count {
      if input[position...].starts(with: close) {
        skip(close.count)
        return
      } else if input[position...].starts(with: escape + [UInt8(ascii: "(")]) {
        skip(escape.count)
        copyInterpolation()
      } else if input[position...].starts(with: escape) {
        skip(escape.count + 1)
      } else {
        skip(1)
      }
    }
  }

  /// `(…)` inside of a string is code again, with strings of its own.
  private mutating func copyInterpolation() {
    var depth = 0
    repeat {
      if let hashes = openingHashes() {
        blankString(hashes: hashes)
        continue
      }
      if starts("(") { depth += 1 }
      if starts(")") { depth -= 1 }
      copy(1)
    } while depth > 0 && position < input.count
  }
}
