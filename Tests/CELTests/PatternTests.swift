import Testing

@testable import CEL

@Suite struct PatternTests {
  static let cases: [(pattern: String, text: String, matches: Bool)] = [
    ("abc", "xabcx", true), ("^abc$", "xabc", false), ("^a.c$", "a\nc", false), ("(?s)^a.c$", "a\nc", true), ("a|b|", "zzz", true),
    ("^(a|bc)+$", "abcbca", true), ("^(a|bc)+$", "abcb", false), ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a-b-9", true),
    ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a-", false), ("^[^a-c]+$", "xyz", true), ("^[^a-c]+$", "xaz", false),
    ("^\\d{3}-\\d{2,}$", "123-4567", true),
    ("^\\d{3}-\\d{2,}$", "123-4", false), ("^a{0}b?$", "b", true), ("(?i)^HeLLo$", "hEllO", true), ("\\bfoo\\b", "a foo b", true),
    ("\\bfoo\\b", "afoob", false), ("^\\S+\\s\\w+$", "a_b c", true), ("^[[:alpha:]]+$", "abC", true), ("^[[:^digit:]]+$", "ab1", false),
    ("^\\p{L}+$", "éß", true), ("^\\pN$", "5", true), ("^[\\]x-]+$", "]x-", true), ("^\\x41\\x{1F600}$", "A😀", true),
    ("^a\\.b$", "axb", false),
    ("^\\Qa.b\\E$", "a.b", true), ("(?m)^b$", "a\nb\nc", true), ("^(?:a(?i)b)c$", "aBc", true), ("^(?P<n>a)(?<m>b)$", "ab", true),
    ("x{,3}", "x{,3}", true),
    ("^$", "", true), ("^(a*)*$", "aaaa", true), ("\\A\\z", "", true), ("^é$", "e\u{301}", false), ("\\C?", "", false),
  ]

  @Test("a pattern matches what RE2 matches", arguments: cases.indices)
  func matching(_ index: Int) throws {
    let (text, string, matches) = Self.cases[index]
    guard let pattern = try? Pattern(text) else {
      #expect(text == "\\C?", "\(text) does not compile")
      return
    }
    #expect(pattern.matches(string) == matches, "\(text) on \(string)")
  }

  static let mistakes: [(String, String)] = [
    ("(", "error parsing regexp: missing closing ): `(`"), (")", "error parsing regexp: unexpected ): ``"),
    ("[", "error parsing regexp: missing closing ]: `[`"), ("*", "error parsing regexp: missing argument to repetition operator: `*`"),
    ("a**", "error parsing regexp: invalid nested repetition operator: `**`"),
    ("\\", "error parsing regexp: trailing backslash at end of expression: ``"),
    ("[z-a]", "error parsing regexp: invalid character class range: `z-a`"),
    ("(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
    ("a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"), ("\\y", "error parsing regexp: invalid escape sequence: `\\y`"),
  ]

  @Test("a mistake is explained in Go's words", arguments: mistakes.indices)
  func mistake(_ index: Int) {
    let (text, expected) = Self.mistakes[index]
    let error = #expect(throws: PatternError.self) { try Pattern(text) }
    #expect(error?.description == expected)
  }

  @Test func `patterns that explode elsewhere take linear time`() throws {
    let pattern = try Pattern("^(a+)+$")
    #expect(!pattern.matches(String(repeating: "a", count: 20_000) + "b"))
    #expect(throws: PatternError.self) { try Pattern("((a{1000}){1000}){1000}") }
  }

  @Test func `finds prefers the leftmost, then the greedy`() throws {
    #expect(try Pattern("[0-9]+").finds(in: "a12b345") == ["12", "345"])
    #expect(try Pattern("a+?").finds(in: "aaa") == ["a", "a", "a"])
    #expect(try Pattern("a|ab").finds(in: "ab") == ["a"])
  }

  @Test func `random patterns never crash`() {
    var random = SeededGenerator(seed: 0xFEED)
    let pieces = Array("ab01[](){}|*+?.^$\\-,:dwspLQE<>P=!i").map(String.init)
    for _ in 0..<5000 {
      let text = (0..<Int.random(in: 1...14, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      if let pattern = try? Pattern(text) { _ = pattern.matches("ab01ba") }
    }
  }
}
