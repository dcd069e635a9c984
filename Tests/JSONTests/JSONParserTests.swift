import JSON
import Testing

/// The cases follow JSONTestSuite (Nicolas Seriot, "Parsing JSON is a minefield"): what must be accepted, what must be refused.
@Suite struct JSONParserTests {
  @Test(
    "What is JSON is read",
    arguments: [
      ("[]", []), ("[[]   ]", [[]]), (" [] ", []), ("[\"\"]", [""]), ("[null, 1, \"1\", {}]", [nil, 1, "1", [:]]),
      ("[1,null,null,2]", [1, nil, nil, 2]),
      ("true", true), ("null", nil), ("42", 42), ("-0", 0), ("[-0.1]", [-0.1]), ("\"asd\"", "asd"), ("\" \"", " "), ("0", 0),
      ("[123e65]", [.double(123e65)]), ("[0e+1]", [0]), ("[0e1]", [0]), ("[20e1]", [200]), ("[1E22]", [.double(1e22)]), ("[1E-2]", [0.01]),
      ("[1E+2]", [100]), ("[123.456e78]", [.double(123.456e78)]), ("[-1]", [-1]), ("[-123]", [-123]), ("[1e-400]", [0]),
      ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)), ("9223372036854775808", .double(9.223372036854775808e18)),
      ("{}", [:]), ("{\"\":0}", ["": 0]), ("{\"a\":[]}", ["a": []]), ("{\"a\":\"b\",\"a\":\"c\"}", ["a": "c"]),
      ("{\"a\":\n\t1\r\n}", ["a": 1]),
      ("{\"foo\\u0000bar\": 42}", ["foo\u{0}bar": 42]), ("\"\\u0060\\u012a\\u12AB\"", "\u{60}\u{12a}\u{12ab}"),
      ("\"\\uD801\\udc37\"", "\u{10437}"), ("\"\\ud83d\\ude39\\ud83d\\udc8d\"", "\u{1F639}\u{1F48D}"),
      ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\u{8}\u{c}\n\r\t"),
      ("\"\\\\u0000\"", "\\u0000"), ("\"a/*b*/c\"", "a/*b*/c"), ("\"\u{2028}\u{7F}\u{10FFFF}\"", "\u{2028}\u{7F}\u{10FFFF}"),
      ("\"€𝄞\"", "€𝄞"),
    ] as [(String, JSONValue)])
  func accepted(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
  }

  @Test(
    "What is not JSON is refused",
    arguments: [
      "", " ", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1,,2]", "[\"a\",,\"b\"]", "[1]]", "[1]x", "[1 true]", "[a",
      "[1:2]", "[*]",
      "[\"a\"", "[\"\": 1]", "[3[4]]", "[x]", "{,}", "{\"a\"", "{\"a\":", "{\"a\" b}", "{:\"b\"}", "{\"a\":\"a\" 123}", "{\"a\":1,}",
      "{\"a\":1,,\"b\":2}",
      "{a:1}", "{'a':1}", "{1:1}", "{null:null}", "{\"a\":1}#", "{\"a\":1}//", "{\"a\":/*c*/1}", "{[:1}", "[0x1]", "[01]", "[-01]", "[-]",
      "[+1]", "[.1]", "[1.]",
      "[-.1]", "[1.e1]", "[1e]", "[1e+]", "[0E]", "[1eE2]", "[1+2]", "[--1]", "[- 1]", "[-1x]", "[1a]", "[1 000]", "[Inf]", "[NaN]",
      "[-Infinity]", "[１]",
      "[nul]", "[truE]", "[fals", "True", "TRUE", "nulll", "[\"a\u{0}\"]", "[\"new\nline\"]", "[\"\t\"]", "[\"\\x00\"]", "[\"\\a\"]",
      "[\"\\u00A\"]", "[\"\\uD834\\u\"]",
      "[\"\\uD834\\uDd\"]", "[\"\\u{12}\"]", "[\"\\", "[\"\\\"]", "\"", "'a'", "[\"x\"", "\"a", "\u{FEFF}{}", "1e400", "-1e400", "<null>",
      "abc", "[\u{C}]",
      "\u{2060}[]", "{}}", "{\"x\": true,", "[1,\n1\n,1", "⍂",
    ])
  func refused(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test(
    "Bytes that are not UTF-8 are refused",
    arguments: [
      [0xFF], [0xE9], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0xAF], [0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF],
      [0xC3],
    ] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(throws: JSONError.self) { try JSONValue(parsing: [quote] + bytes + [quote]) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: [quote] + Array("\\n".utf8) + bytes + [quote]) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
  }

  @Test(
    "Lone surrogates become the replacement character, as in Go",
    arguments: [
      ("\\uD834", "\u{FFFD}"), ("\\uDC00x", "\u{FFFD}x"), ("\\uD834\\uD834", "\u{FFFD}\u{FFFD}"), ("\\uD834\\u0041", "\u{FFFD}A"),
      ("\\uDd1e\\uD834", "\u{FFFD}\u{FFFD}"), ("\\uD834\\n", "\u{FFFD}\n"),
    ])
  func surrogates(escaped: String, expected: String) throws {
    #expect(try JSONValue(parsing: "\"\(escaped)\"") == .string(expected))
  }

  @Test("Nesting is read to its bound and refused beyond it", arguments: [("[", "]"), ("{\"a\":", "}")])
  func depth(open: String, close: String) throws {
    func text(_ levels: Int) -> String {
      String(repeating: open, count: levels) + (close == "}" ? "1" : "") + String(repeating: close, count: levels)
    }
    _ = try JSONValue(parsing: text(JSONParser.maximumDepth))
    #expect(throws: JSONError.self) { try JSONValue(parsing: text(JSONParser.maximumDepth + 1)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: open, count: 100_000)) }
  }

  @Test(
    "Errors name line and column",
    arguments: [("{\n  \"a\": tru\n}", 2, 8), ("[1,\n2,\n]", 3, 1), ("{\"a\" 1}", 1, 6), ("[1] x", 1, 5), ("\n\n\"abc", 3, 1)])
  func places(text: String, line: Int, column: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    #expect(error?.line == line, "\(String(describing: error))")
    #expect(error?.column == column, "\(String(describing: error))")
  }

  @Test("Members keep their order; of equal names the last value takes the first one's place, in small and large objects")
  func duplicates() throws {
    #expect(try JSONValue(parsing: "{\"b\":1,\"a\":2,\"b\":3}").text() == "{\"b\":3,\"a\":2}")
    let many = (0..<100).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    let object = try JSONValue(parsing: "{\(many),\"k0\":\"again\"}")
    #expect(object.object?.count == 100)
    #expect(object.object?.keys.first == "k0")
    #expect(object["k0"] == "again")
  }
}
