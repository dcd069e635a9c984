import JSON
import Testing

@testable import CEL

@Suite struct CELExpressionTests {
  static let values: [(String, CELValue)] = [
    ("1 + 2 * 3 - 4", .int(3)), ("(1 + 2) * 3", .int(9)), ("7 / 2", .int(3)), ("-7 % 3", .int(-1)), ("7.0 / 2.0", .double(3.5)),
    ("1u + 2u", .uint(3)), ("0x1F", .int(31)), ("-9223372036854775808", .int(.min)), ("1e3", .double(1000)), (".5", .double(0.5)),
    ("'a' + \"b\"", .string("ab")), ("r'\\n'", .string("\\n")), ("'\\u00e9\\x41\\101'", .string("éAA")), ("'''a'b'''", .string("a'b")),
    ("b'abc'", .bytes([97, 98, 99])), ("true && !false", .bool(true)), ("true ? 1 : 2", .int(1)), ("false ? 1 : true ? 2 : 3", .int(2)),
    ("1 == 1.0", .bool(true)), ("1 < 2.5", .bool(true)), ("'a' < 'b'", .bool(true)), ("[1, 2] == [1, 2]", .bool(true)),
    ("{'a': 1} == {'a': 1.0}", .bool(true)), ("1 == '1'", .bool(false)), ("null == null", .bool(true)), ("1 != null", .bool(true)),
    ("2 in [1, 2]", .bool(true)), ("'a' in {'a': 1}", .bool(true)), ("!('b' in {'a': 1})", .bool(true)),
    ("[1, 2, 3].all(x, x > 0)", .bool(true)), ("[1, 2, 3].exists(x, x == 2)", .bool(true)),
    ("[1, 2, 2].exists_one(x, x == 2)", .bool(false)), ("[1, 2].map(x, x * 2)", .list([.int(2), .int(4)])),
    ("[1, 2].map(x, x > 1, x * 2)", .list([.int(4)])), ("[1, 2, 3].filter(x, x > 1).size()", .int(2)),
    ("{'a': 1, 'b': 2}.all(k, k in ['a', 'b'])", .bool(true)), ("size('héé')", .int(3)), ("[1][0]", .int(1)), ("{'a': 5}.a", .int(5)),
    ("{'a': 5}['a']", .int(5)), ("has({'a': 1}.a)", .bool(true)), ("has({'a': 1}.b)", .bool(false)),
    ("type(1) == int", .bool(true)), ("type('') == string", .bool(true)), ("int('42')", .int(42)), ("int(4.9)", .int(4)),
    ("uint(3)", .uint(3)), ("double('1.5')", .double(1.5)), ("string(1.0)", .string("1")), ("string(true)", .string("true")),
    ("string(duration('90s'))", .string("90s")), ("bytes('a')", .bytes([97])), ("bool('true')", .bool(true)),
    ("timestamp('2024-02-29T12:00:00Z') + duration('24h') == timestamp('2024-03-01T12:00:00Z')", .bool(true)),
    ("timestamp('2024-01-02T03:04:05.5Z').getFullYear()", .int(2024)), ("timestamp('2024-01-01T00:00:00Z').getDayOfWeek()", .int(1)),
    ("timestamp('2024-01-01T23:00:00-02:00') - timestamp('2024-01-02T00:00:00Z') == duration('1h')", .bool(true)),
    ("duration('1h30m') > duration('89m')", .bool(true)), ("duration('1.5s').getMilliseconds()", .int(1500)),
    ("string(timestamp('2024-01-01T00:00:00.250Z'))", .string("2024-01-01T00:00:00.25Z")),
    ("'abc'.startsWith('ab') && 'abc'.endsWith('bc') && 'abc'.contains('b')", .bool(true)), ("'a1'.matches('^[a-z][0-9]$')", .bool(true)),
    ("'a,b,,c'.split(',')", .list([.string("a"), .string("b"), .string(""), .string("c")])),
    ("'a,b,c'.split(',', 2)", .list([.string("a"), .string("b,c")])), ("['a', 'b'].join('-')", .string("a-b")),
    ("'hello'.replace('l', 'L')", .string("heLLo")), ("'hello'.replace('l', 'L', 1)", .string("heLlo")), ("' x '.trim()", .string("x")),
    ("'AbC'.lowerAscii() + 'x'.upperAscii()", .string("abcX")), ("'hello'.indexOf('l')", .int(2)), ("'hello'.lastIndexOf('l')", .int(3)),
    ("'hello'.substring(1, 3)", .string("el")), ("'hello'.charAt(1)", .string("e")), ("[3, 1, 2].max()", .int(3)),
    ("[3, 1].min()", .int(1)),
    ("[1, 2, 3].sum()", .int(6)), ("[1, 2].isSorted() && ![2, 1].isSorted()", .bool(true)), ("[1, 2, 1].indexOf(1)", .int(0)),
    ("[1, 2, 1].lastIndexOf(1)", .int(2)), ("quantity('1Gi').isGreaterThan(quantity('1G'))", .bool(true)),
    ("quantity('500m').add(quantity('0.5')) == quantity('1')", .bool(true)), ("isQuantity('1.3Gi') && !isQuantity('200K')", .bool(true)),
    ("quantity('50k').asInteger()", .int(50000)), ("url('https://a.b:8080/c?d=e').getHost()", .string("a.b:8080")),
    ("url('https://a.b:8080/c').getPort() + url('https://a.b/c').getScheme()", .string("8080https")),
    ("isURL('https://a.b') && !isURL('a b') && !isURL('a.b')", .bool(true)),
    ("isIP('10.0.0.1') && isIP('::1') && !isIP('10.0.0')", .bool(true)),
    ("'%s is %d or %.2f'.format(['x', 3, 2.5])", .string("x is 3 or 2.50")), ("optional.of(1).orValue(2)", .int(1)),
    ("optional.none().orValue(2)", .int(2)), ("{'a': 1}.?b.orValue(7)", .int(7)), ("[1, 2][?5].hasValue()", .bool(false)),
    ("optional.of(2).optMap(x, x + 1).value()", .int(3)), ("'abc123'.find('[0-9]+')", .string("123")),
    ("sets.contains([1, 2], [2])", .bool(true)), ("cel.bind(x, 2, x * x)", .int(4)), ("// comment\n1", .int(1)),
    ("false && (1 / 0 == 1)", .bool(false)), ("(1 / 0 == 1) || true", .bool(true)), ("[0, 1].exists(x, 1 / x == 1)", .bool(true)),
  ]

  @Test("an expression has the value that the language defines", arguments: values.indices)
  func value(_ index: Int) throws {
    let (text, expected) = Self.values[index]
    let result = try CELProgram.compile(text, variables: [:]).evaluate(bindings: [:])
    #expect(result == expected, "\(text) is \(result)")
    #expect(result.typeName == expected.typeName, "\(text)")
  }

  static let failures: [(String, String)] = [
    ("1 / 0", "division by zero"), ("1 % 0", "modulus by zero"), ("9223372036854775807 + 1", "integer overflow"),
    ("{'a': 1}.b", "no such key: b"), ("[1][3]", "index out of bounds: 3"), ("int('x')", "type conversion error from 'string' to 'int'"),
    ("dyn('a') + 1", "no such overload"), ("'a'.substring(3)", "index out of range: 3"), ("1 < dyn('a')", "no such overload"),
    ("false || (1 / 0 == 1)", "division by zero"), ("optional.none().value()", "optional.none() dereference"),
    ("'a'.matches('[')", "error parsing regexp: missing closing ]: `[`"),
  ]

  @Test("what has no value fails with the words of cel-go", arguments: failures.indices)
  func failure(_ index: Int) throws {
    let (text, expected) = Self.failures[index]
    let program = try CELProgram.compile(text, variables: [:])
    #expect(throws: CELError(expected)) { try program.evaluate(bindings: [:]) }
  }

  static let mistakes: [(String, String)] = [
    ("self.foo +", "ERROR: <input>:1:11: Syntax error: mismatched input '<EOF>'\n | self.foo +\n | ..........^"),
    ("nothing", "ERROR: <input>:1:1: undeclared reference to 'nothing' (in container '')\n | nothing\n | ^"),
    ("self.foo()", "ERROR: <input>:1:6: undeclared reference to 'foo' (in container '')\n | self.foo()\n | .....^"),
    ("1 +\n @", "ERROR: <input>:2:2: Syntax error: token recognition error at: '@'\n |  @\n | .^"),
    ("has(self)", "ERROR: <input>:1:1: invalid argument to has() macro\n | has(self)\n | ^"),
    ("for", "ERROR: <input>:1:1: Syntax error: reserved identifier: for\n | for\n | ^"),
    ("typed.b", "ERROR: <input>:1:6: undefined field 'b'\n | typed.b\n | .....^"),
  ]

  @Test("a mistake is reported with its place", arguments: mistakes.indices)
  func mistake(_ index: Int) throws {
    let (text, expected) = Self.mistakes[index]
    let error = #expect(throws: CELCompileError.self) {
      try CELProgram.compile(text, variables: ["self": .dyn, "typed": .object(["a": .int])])
    }
    #expect(error?.description == expected)
  }

  @Test func `variables are bound at evaluation, and the program knows which it reads`() throws {
    let program = try CELProgram.compile(
      "auth.tier == 'gold' && request.tokens < 100", variables: ["auth": .dyn, "request": .dyn, "other": .dyn])
    #expect(program.variables == ["auth", "request"])
    let auth = CELValue(["tier": "gold"])
    #expect(try program.evaluate(bindings: ["auth": auth, "request": CELValue(["tokens": 5])]) == .bool(true))
    #expect(try program.evaluate(bindings: ["auth": auth, "request": CELValue(["tokens": 500])]) == .bool(false))
  }

  @Test func `an expression that costs too much is stopped`() throws {
    let list = CELValue.list((0..<1000).map { .int($0) })
    let program = try CELProgram.compile("l.all(a, l.all(b, l.all(c, a + b + c >= 0)))", variables: ["l": .dyn])
    #expect(throws: CELError("operation cancelled: actual cost limit exceeded")) {
      try program.evaluate(bindings: ["l": list], limit: 50_000)
    }
  }

  @Test func `property names are escaped as Kubernetes does`() {
    #expect(CELIdentifier.escape("namespace") == "__namespace__")
    #expect(CELIdentifier.escape("a-b.c/d__e_f") == "a__dash__b__dot__c__slash__d__underscores__e_f")
    #expect(CELIdentifier.escape("plain") == "plain")
  }

  @Test func `nesting and length are bounded`() {
    let nested = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
    #expect(throws: CELCompileError.self) { try CELProgram.compile(nested, variables: [:]) }
    let long = Array(repeating: "1", count: 5000).joined(separator: "+")
    #expect(throws: CELCompileError.self) { try CELProgram.compile(long, variables: [:]) }
    let wide = Array(repeating: "true", count: 400).joined(separator: "&&")
    #expect(throws: Never.self) { try CELProgram.compile(wide, variables: [:]) }
  }

  @Test func `random text never crashes the parser`() {
    var random = SeededGenerator(seed: 0x00CE_1F00D)
    let pieces = [
      "self", ".", "(", ")", "[", "]", "{", "}", "'", "\"", "\\", "1", "0x", "e", "?", ":", "&&", "||", "all", "has", " ", "é", "`", "-",
      "!",
    ]
    for _ in 0..<5000 {
      let text = (0..<Int.random(in: 1...20, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      if let program = try? CELProgram.compile(text, variables: ["self": .dyn]) {
        _ = try? program.evaluate(bindings: ["self": .null])
      }
    }
  }
}

/// splitmix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
