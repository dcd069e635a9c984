import JSON

/// Writes block-style YAML. A string is quoted exactly when it would not read back as itself.
package struct YAMLWriter {
  /// The documents as one stream, `---` between them.
  package static func text(_ documents: [JSONValue]) -> String {
    var writer = YAMLWriter()
    for (index, document) in documents.enumerated() {
      if index > 0 { writer.output += "---\n" }
      writer.write(document: document)
    }
    return writer.output
  }

  /// One document.
  package static func text(_ document: JSONValue) -> String { text([document]) }

  private var output = ""

  private mutating func write(document: JSONValue) {
    switch document {
    case .object(let object) where !object.isEmpty: write(object, indent: 0)
    case .array(let elements) where !elements.isEmpty: write(elements, indent: 0)
    default: output += inline(document) + "\n"
    }
  }

  private mutating func write(_ object: JSONObject, indent: Int, continuing: Bool = false) {
    for (index, member) in object.enumerated() {
      if index > 0 || !continuing { pad(indent) }
      output += inline(.string(member.key)) + ":"
      write(value: member.value, indent: indent)
    }
  }

  private mutating func write(_ elements: [JSONValue], indent: Int) {
    for element in elements {
      pad(indent)
      output += "-"
      if case .object(let object) = element, !object.isEmpty {
        output += " "
        write(object, indent: indent + 2, continuing: true)
      } else {
        write(value: element, indent: indent + 2)
      }
    }
  }

  private mutating func write(value: JSONValue, indent: Int) {
    switch value {
    case .object(let object) where !object.isEmpty:
      output += "\n"
      write(object, indent: indent + 2)
    case .array(let elements) where !elements.isEmpty:
      output += "\n"
      write(elements, indent: indent)
    case .string(let text) where Self.isBlock(text):
      writeBlock(text, indent: indent + 2)
    default:
      output += " " + inline(value) + "\n"
    }
  }

  /// Text of several lines that the literal style keeps exactly.
  private static func isBlock(_ text: String) -> Bool {
    guard text.contains("\n"), text.first != "\n", text.first != " " else { return false }
    return text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x85 && $0.value < 0x2028) }
  }

  private mutating func writeBlock(_ text: String, indent: Int) {
    let trailing = text.reversed().prefix { $0 == "\n" }.count
    output += trailing == 0 ? " |-\n" : trailing == 1 ? " |\n" : " |+\n"
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(trailing == 0 ? 0 : 1)
    for line in lines {
      if !line.isEmpty { pad(indent) }
      output += line + "\n"
    }
  }

  private mutating func pad(_ indent: Int) { output += String(repeating: " ", count: indent) }

  private func inline(_ value: JSONValue) -> String {
    switch value {
    case .object: "{}"
    case .array: "[]"
    case .string(let text): Self.needsQuotes(text) ? Self.quoted(text) : text
    default: value.text()
    }
  }

  /// JSON's double-quoted form is YAML's too, but for the characters that YAML does not count as printable.
  private static func quoted(_ text: String) -> String {
    var output = ""
    for scalar in JSONValue.string(text).text().unicodeScalars {
      let isPrintable = !(0x7F..<0xA0).contains(scalar.value) && ![0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF].contains(scalar.value)
      if isPrintable {
        output.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return output
  }

  private static func needsQuotes(_ text: String) -> Bool {
    guard YAMLScalar.isPlainString(text), let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return true }
    let indicators: Set<Unicode.Scalar> = ["-", "?", ":", ",", "[", "]", "{", "}", "#", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`"]
    let dashWord =
      (first == "-" || first == "?" || first == ":") && text.unicodeScalars.count > 1 && text.unicodeScalars.dropFirst().first != " "
    if indicators.contains(first), !dashWord { return true }
    if first == " " || last == " " || last == ":" { return true }
    if text.contains(": ") || text.contains(" #") || text.hasPrefix("---") || text.hasPrefix("...") { return true }
    return !text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F || ($0.value >= 0xA0 && $0.value < 0x2028) }
  }
}
