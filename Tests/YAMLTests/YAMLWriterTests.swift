import JSON
import Testing
import YAML

@Suite struct YAMLWriterTests {
  @Test("Objects are written in block style, in their order")
  func block() {
    let value: JSONValue = [
      "kind": "Pod", "list": [1, "a", ["x": nil]], "empty": [:], "none": [], "flag": true, "ratio": 0.5, "text": "line 1\nline 2\n",
    ]
    #expect(
      YAMLWriter.text(value) == """
        kind: Pod
        list:
        - 1
        - a
        - x: null
        empty: {}
        none: []
        flag: true
        ratio: 0.5
        text: |
          line 1
          line 2

        """)
  }

  @Test(
    "A string that would read as something else is quoted",
    arguments: [
      "yes", "NO", "on", "y", "N", "null", "~", "", "1e3", "0o7", "0123", "1.0", "12:30", "1_000", "2026-11-01", "2026-11-01T00:00:00Z",
      "<<", "=", ".5", ".inf",
    ])
  func quotes(text: String) throws {
    let written = YAMLWriter.text(["a": .string(text)])
    #expect(written == "a: \"\(text)\"\n")
    #expect(try YAMLParser.documents(written) == [["a": .string(text)]])
  }

  @Test("Ordinary strings are not quoted", arguments: ["chat-llama", "4Gi", "500m", "a/b", "meta-llama/Llama-3.1-8B", "v1", "a: b"])
  func plain(text: String) {
    let written = YAMLWriter.text(["a": .string(text)])
    #expect(written == (text == "a: b" ? "a: \"a: b\"\n" : "a: \(text)\n"))
  }

  @Test(
    "Awkward strings survive the round trip",
    arguments: [
      " lead", "trail ", "\n", "\n\n", "a\n", "a\nb", " a\nb", "a \nb", "\ta\nb", "a\n\n\nb\n\n", "#no", "- x", "? x", "* x", "&x", "!x",
      "%x", "@x", "`x",
      "'", "\"", "\\", "{", "[", "]", ", ", ": ", "a #b", "é", "日本", "😀", "\u{7}", "\u{0}", "\r", "a\r\nb", "\u{85}", "\u{2028}",
      "\u{FEFF}", "---", "...", "|", ">",
    ])
  func roundTrip(text: String) throws {
    let value: JSONValue = [.string(text), [text: .string(text)]]
    #expect(try YAMLParser.documents(YAMLWriter.text(value)) == [value])
  }

  @Test("Several documents are separated and read back")
  func documents() throws {
    let documents: [JSONValue] = [["a": 1], ["b": [1, 2]]]
    #expect(try YAMLParser.documents(YAMLWriter.text(documents)) == documents)
  }

  @Test("Random values survive the round trip", arguments: 0..<200 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var generator = SplitMix(state: seed)
    let value: JSONValue = ["v": .random(using: &generator, depth: 4)]
    #expect(try YAMLParser.documents(YAMLWriter.text(value)) == [value], "seed \(seed)")
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension JSONValue {
  static func random(using generator: inout SplitMix, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
    case 0: return .null
    case 1: return .bool(.random(using: &generator))
    case 2: return .int(.random(in: .min ... .max, using: &generator))
    case 3: return .double(Double.random(in: -1e6...1e6, using: &generator))
    case 4, 5: return .string(randomText(using: &generator))
    case 6: return .array((0..<Int.random(in: 0...4, using: &generator)).map { _ in random(using: &generator, depth: depth - 1) })
    default:
      return .object(
        JSONObject(
          (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            (randomText(using: &generator), random(using: &generator, depth: depth - 1))
          }))
    }
  }

  private static func randomText(using generator: inout SplitMix) -> String {
    let alphabet = Array("ab09-_:,#'\"\\ \n\t[]{}&*!|>%@é😀\u{1}~y.e+")
    return String(
      (0..<Int.random(in: 0...8, using: &generator)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
  }
}
