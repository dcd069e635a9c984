import JSON
import Testing
import YAML

@Suite struct YAMLRoundTripTests {
  @Test(arguments: [
    "yes", "no", "on", "y", "N", "1e3", "0o7", "0x1F", "010", "~", "", "null", "0123", "1.0", "12:30", "2026-11-01", "1_000", "<<", "=",
    "- a", "-a", "a: b",
    "a #b", "#x", "*x", "&x", "!x", "%x", "@x", "`x", "'x", "\"x", " x", "x ", "x:", "line\nline", "line\n", "two\n\n", "\nlead", "tab\tx",
    "é✓", "---", "--- x", ":x",
    "-", "?", "{}", "[]", "{a", "|", ">", "back\\slash", "quote\"in", "\u{7f}", "\u{85}", "\u{2028}", "emoji 😀", "  two\n  spaces",
    "a\n b\n", "--tensor-parallel-size=2", "http://x:80/y", "+1",
  ])
  func `A string reads back as itself, as value and as key`(text: String) throws {
    let value: JSONValue = ["plain": .string(text), "list": [.string(text), ["nested": .string(text)]]]
    let keyed = JSONValue.object([(text.isEmpty ? "empty" : text, 1)].reduce(into: JSONObject()) { $0[$1.0] = $1.1 })
    let yaml = YAMLWriter.text([value, keyed])
    #expect(try YAMLParser.documents(yaml) == [value, keyed], "\(yaml)")
  }

  @Test func `Structures of every shape read back as themselves`() throws {
    let value: JSONValue = [
      "empty": [:], "none": [], "null": nil, "bools": [true, false], "numbers": [0, -1, 1.5, 1e300, 9_223_372_036_854_775_807],
      "nested": [[1, [2, []]], ["a": ["b": [["c": 1, "d": [:]]]]]],
    ]
    #expect(try YAMLParser.documents(YAMLWriter.text(value)) == [value])
  }
}
