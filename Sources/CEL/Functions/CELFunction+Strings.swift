extension CELFunction {
  static let strings: [CELFunction] = [
    CELFunction("startsWith", method: 1...1) { (a) throws(CELError) in
      .bool(try scalars(a, 0, "startsWith").starts(with: try scalars(a, 1, "startsWith")))
    },
    CELFunction("endsWith", method: 1...1) { (a) throws(CELError) in
      .bool(try scalars(a, 0, "endsWith").reversed().starts(with: try scalars(a, 1, "endsWith").reversed()))
    },
    CELFunction("contains", method: 1...1) { (a) throws(CELError) in
      .bool(find(try scalars(a, 1, "contains"), in: try scalars(a, 0, "contains"), from: 0) != nil)
    },
    CELFunction("matches", global: 2...2, method: 1...1) { (a) throws(CELError) in
      .bool(try pattern(try a.string(1, "matches")).matches(try a.string(0, "matches")))
    },
    CELFunction("find", method: 1...1) { (a) throws(CELError) in
      .string(try pattern(try a.string(1, "find")).finds(in: try a.string(0, "find"), limit: 1).first ?? "")
    },
    CELFunction("findAll", method: 1...2) { (a) throws(CELError) in
      let limit = a.count > 2 ? try a.int(2, "findAll") : -1
      let found = try pattern(try a.string(1, "findAll")).finds(in: try a.string(0, "findAll"), limit: limit < 0 ? .max : limit)
      return .list(found.map { .string($0) })
    },
    CELFunction("lowerAscii", method: 0...0) { (a) throws(CELError) in
      .string(mapAscii(try a.string(0, "lowerAscii")) { (65...90).contains($0) ? $0 + 32 : $0 })
    },
    CELFunction("upperAscii", method: 0...0) { (a) throws(CELError) in
      .string(mapAscii(try a.string(0, "upperAscii")) { (97...122).contains($0) ? $0 - 32 : $0 })
    },
    CELFunction("trim", method: 0...0) { (a) throws(CELError) in
      let text = try scalars(a, 0, "trim").drop { $0.properties.isWhitespace }
      return string(text.reversed().drop { $0.properties.isWhitespace }.reversed())
    },
    CELFunction("charAt", method: 1...1) { (a) throws(CELError) in
      let text = try scalars(a, 0, "charAt")
      let index = try a.int(1, "charAt")
      guard (0...text.count).contains(index) else { throw CELError("index out of range: \(index)") }
      return index == text.count ? .string("") : string([text[index]])
    },
    CELFunction("substring", method: 1...2) { (a) throws(CELError) in try substring(a) },
    CELFunction("split", method: 1...2) { (a) throws(CELError) in try split(a) },
    CELFunction("replace", method: 2...3) { (a) throws(CELError) in try replace(a) },
    CELFunction("join", method: 0...1) { (a) throws(CELError) in
      var texts: [String] = []
      for (index, _) in try a.list(0, "join").enumerated() { texts.append(try a.list(0, "join").string(index, "join")) }
      return .string(texts.joined(separator: a.count > 1 ? try a.string(1, "join") : ""))
    },
    CELFunction("reverse", method: 0...0) { (a) throws(CELError) in
      if case .list(let elements) = a[0] { return .list(elements.reversed()) }
      return string(try scalars(a, 0, "reverse").reversed())
    },
    CELFunction("strings.quote", global: 1...1) { (a) throws(CELError) in .string(quote(try a.string(0, "strings.quote"))) },
    CELFunction("format", method: 1...1) { (a) throws(CELError) in
      .string(try CELFormat.format(try a.string(0, "format"), try a.list(1, "format")))
    },
  ]

  private static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func scalars(_ arguments: [CELValue], _ index: Int, _ name: String) throws(CELError) -> [Unicode.Scalar] {
    Array(try arguments.string(index, name).unicodeScalars)
  }

  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> CELValue {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return .string(String(view))
  }

  static func find(_ needle: [Unicode.Scalar], in text: [Unicode.Scalar], from start: Int) -> Int? {
    guard text.count - needle.count >= start else { return nil }
    for index in start...(text.count - needle.count) where text[index...].starts(with: needle) { return index }
    return nil
  }

  private static func pattern(_ text: String) throws(CELError) -> Pattern {
    do { return try Pattern(text) } catch { throw CELError(error.description) }
  }

  private static func mapAscii(_ text: String, _ change: (UInt8) -> UInt8) -> String {
    String(decoding: text.utf8.map(change), as: UTF8.self)
  }

  private static func substring(_ a: [CELValue]) throws(CELError) -> CELValue {
    let text = try scalars(a, 0, "substring")
    let start = try a.int(1, "substring")
    let end = a.count > 2 ? try a.int(2, "substring") : text.count
    guard (0...text.count).contains(start) else { throw CELError("index out of range: \(start)") }
    guard (0...text.count).contains(end) else { throw CELError("index out of range: \(end)") }
    guard start <= end else { throw CELError("invalid substring range. start: \(start), end: \(end)") }
    return string(text[start..<end])
  }

  private static func split(_ a: [CELValue]) throws(CELError) -> CELValue {
    let text = try scalars(a, 0, "split")
    let separator = try scalars(a, 1, "split")
    let limit = a.count > 2 ? try a.int(2, "split") : -1
    guard limit != 0 else { return .list([]) }
    var parts: [CELValue] = []
    guard !separator.isEmpty else {
      let count = limit < 0 ? text.count : min(limit, text.count)
      for index in 0..<count { parts.append(index == count - 1 ? string(text[index...]) : string([text[index]])) }
      return .list(parts)
    }
    var start = 0
    while limit < 0 || parts.count < limit - 1, let found = find(separator, in: text, from: start) {
      parts.append(string(text[start..<found]))
      start = found + separator.count
    }
    return .list(parts + [string(text[start...])])
  }

  private static func replace(_ a: [CELValue]) throws(CELError) -> CELValue {
    let text = try scalars(a, 0, "replace")
    let old = try scalars(a, 1, "replace")
    let new = try scalars(a, 2, "replace")
    var left = a.count > 3 ? try a.int(3, "replace") : -1
    var result: [Unicode.Scalar] = []
    var index = 0
    while index <= text.count {
      if left != 0, text[index...].starts(with: old) {
        result += new
        left -= 1
        index += old.count
        guard old.isEmpty else { continue }
      }
      guard index < text.count else { break }
      result.append(text[index])
      index += 1
    }
    return string(result)
  }
}
