import JSON
import Testing
import YAML

@Suite struct YAMLParserTests {
  private static let scalars: [(String, JSONValue)] = [
    ("yes", JSONValue.bool(true)), ("Off", .bool(false)), ("y", "y"), ("n", "n"), ("~", .null), ("", .null), ("010", 8), ("0o7", 7),
    ("0x1F", 31), ("0b11", 3),
    ("-5", -5), ("+5", 5), ("1e400", "1e400"), ("2026-11-01", "2026-11-01"), ("12:30", "12:30"), ("1_000", "1_000"), ("1.5", 1.5),
    (".5", 0.5),
    ("\"yes\"", "yes"), ("'1'", "1"), ("!!str 1", "1"), ("08", 8), (".inf", ".inf"), ("1.2.3", "1.2.3"), ("-", [.null]),
  ]

  @Test(arguments: scalars)
  func `A scalar means what kubectl reads`(text: String, expected: JSONValue) throws {
    #expect(try YAMLParser.documents("v: \(text == "-" ? "\n- " : text)") == [["v": expected]])
  }

  @Test func `A stream holds several documents, and empty ones are left out`() throws {
    #expect(try YAMLParser.documents("# only a comment\n---\na: 1\n---\n---\nb: 2\n...\n") == [["a": 1], ["b": 2]])
  }

  @Test func `Anchors, aliases and merge keys are resolved`() throws {
    let yaml = "base: &b {x: 1, y: 2}\nother:\n  <<: *b\n  y: 3\nagain: *b\n"
    #expect(try YAMLParser.documents(yaml) == [["base": ["x": 1, "y": 2], "other": ["y": 3, "x": 1], "again": ["x": 1, "y": 2]]])
  }

  @Test(arguments: [
    ("a: 1\na: 2\n", 2, "twice"), ("a: *nowhere\n", 1, "unknown alias"), ("a:\n\t- b\n", 2, ""), ("a: !custom x\n", 1, "tag"),
    ("a: [1, 2\n", 2, ""),
    ("{a: 1}: 2\n", 1, "scalar"),
  ])
  func `A mistake is named with its line`(yaml: String, line: Int, reason: String) {
    #expect {
      try YAMLParser.documents(yaml)
    } throws: { error in
      guard let error = error as? YAMLError else { return false }
      return error.line == line && (reason.isEmpty || error.reason.contains(reason))
    }
  }

  @Test func `A document that grows through its aliases is refused`() {
    var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 { yaml += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n" }
    #expect(throws: YAMLError.self) { try YAMLParser.documents(yaml) }
  }

  @Test func `Random bytes never crash the parser`() {
    var generator = SystemRandomNumberGenerator()
    let seed = generator.next() as UInt64
    var state = seed
    for _ in 0..<2_000 {
      let bytes = (0..<40).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let alphabet = Array("ab:-{}[]&*!|>'\"# \n\t0.~<,?%@\u{e9}".utf8)
        return alphabet[Int(state >> 33) % alphabet.count]
      }
      if let documents = try? YAMLParser.documents(bytes) {
        #expect((try? YAMLParser.documents(YAMLWriter.text(documents))) == documents, "seed \(seed): \(bytes)")
      }
    }
  }
}
