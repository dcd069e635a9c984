import JSON
import Testing
import YAML

@Suite struct YAMLStrictnessTests {
  @Test(
    "Plain scalars mean what they mean to kubectl",
    arguments: [
      ("true", .bool(true)), ("Yes", .bool(true)), ("on", .bool(true)), ("no", .bool(false)), ("OFF", .bool(false)),
      ("y", "y"), ("n", "n"), ("Y", "Y"), ("~", .null), ("null", .null), ("", .null),
      ("12", 12), ("-7", -7), ("+7", 7), ("010", 8), ("0o7", 7), ("0x1F", 31), ("0b11", 3), ("08", 8),
      ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)), ("12345678901234567890", .double(12345678901234567168)),
      ("1.5", 1.5), ("1e3", 1000), ("-.5", -0.5), ("1e400", "1e400"), (".inf", ".inf"), (".nan", ".nan"),
      ("2026-11-01", "2026-11-01"), ("12:30", "12:30"), ("1_000", "1_000"), ("1.2.3", "1.2.3"), ("4Gi", "4Gi"), ("-", "-"), ("+", "+"),
      ("0x", "0x"), ("0x-1", "0x-1"), ("500m", "500m"), ("e5", "e5"),
    ] as [(String, JSONValue)])
  func scalar(text: String, expected: JSONValue) {
    #expect(YAMLScalar.resolve(text) == expected)
  }

  @Test("Quoted scalars are strings whatever they hold")
  func quoted() throws {
    let value = try YAMLParser.documents("a: \"yes\"\nb: '12'\nc: !!str 12\nd: !!int \"12\"\n")[0]
    #expect(value == ["a": "yes", "b": "12", "c": "12", "d": 12])
  }

  @Test("Documents that hold nothing are skipped, the others keep their order")
  func multipleDocuments() throws {
    let documents = try YAMLParser.documents("---\na: 1\n---\n# only a comment\n---\nb: 2\n---\n")
    #expect(documents == [["a": 1], ["b": 2]])
    #expect(try YAMLParser.documents("") == [])
  }

  @Test("Members keep the order in which they were written")
  func order() throws {
    let value = try YAMLParser.documents("z: 1\na: 2\nm: {y: 1, b: 2}\n")[0]
    #expect(value.text() == #"{"z":1,"a":2,"m":{"y":1,"b":2}}"#)
  }

  @Test("Block scalars keep, strip or fold their line ends")
  func blocks() throws {
    let value = try YAMLParser.documents("a: |\n  x\n  y\nb: >-\n  x\n  y\nc: |+\n  x\n\n")[0]
    #expect(value == ["a": "x\ny\n", "b": "x y", "c": "x\n\n"])
  }

  @Test("Anchors, aliases and merge keys are expanded, own members first")
  func anchors() throws {
    let value = try YAMLParser.documents("base: &b {x: 1, y: 2}\nuse: *b\nmerge:\n  <<: *b\n  y: 3\nmany:\n  <<: [{p: 1}, {p: 2, q: 2}]\n")[
      0]
    #expect(value["use"] == ["x": 1, "y": 2])
    #expect(value["merge"] == ["y": 3, "x": 1])
    #expect(value["many"] == ["p": 1, "q": 2])
  }

  @Test("Keys that look like numbers or booleans are strings")
  func keys() throws {
    #expect(try YAMLParser.documents("1: a\ntrue: b\n") == [["1": "a", "true": "b"]])
  }

  @Test(
    "Errors name the line and the column",
    arguments: [
      ("a: 1\na: 2\n", 2, 1, "twice"),
      ("a:\n\tb: 1\n", 2, 1, "token"),
      ("a: *nope\n", 1, 4, "unknown alias *nope"),
      ("a: !thing 1\n", 1, 4, "tag"),
      ("? [1, 2]\n: x\n", 1, 3, "key must be a scalar"),
      ("a: [1, 2\n", 2, 1, "expected"),
      ("a: &x [*x]\n", 1, 8, "unknown alias *x"),
      ("ok: 1\nbad: \u{1}\n", 2, 6, "control characters"),
      ("<<: 3\n", 1, 1, "needs a mapping"),
    ])
  func errors(text: String, line: Int, column: Int, reason: String) {
    let error = #expect(throws: YAMLError.self) { try YAMLParser.documents(text) }
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
  }

  @Test("Bytes that are not UTF-8 are refused with their place")
  func notUTF8() {
    let error = #expect(throws: YAMLError.self) { try YAMLParser.documents(Array("a: ".utf8) + [0xFF]) }
    #expect(error?.line == 1)
    #expect(error?.column == 4)
  }

  @Test("An alias bomb is refused before it costs memory")
  func bomb() {
    var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    for level in 1...9 { text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",") + "]\n" }
    let error = #expect(throws: YAMLError.self) { try YAMLParser.documents(text) }
    #expect(error?.reason.contains("nodes") == true)
  }

  @Test("Deep nesting is refused, not crashed on", arguments: [202, 900, 20_000])
  func deep(levels: Int) {
    #expect(throws: YAMLError.self) {
      try YAMLParser.documents(String(repeating: "[", count: levels) + String(repeating: "]", count: levels))
    }
  }
}
