import JSON
import Testing

@Suite struct JSONRandomTests {
  @Test("Random values survive every style of writing", arguments: 0..<100 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var generator = SplitMix(state: seed)
    let value = JSONValue.random(using: &generator, depth: 6)
    for style in [JSONWriter.Style.compact, .indented, .canonical] {
      #expect(try JSONValue(parsing: value.bytes(style)) == value, "seed \(seed)")
    }
    // What was read is written byte for byte as it was.
    #expect(try JSONValue(parsing: value.bytes()).bytes() == value.bytes(), "seed \(seed)")
  }

  @Test("Equal values have equal canonical bytes, whatever their order")
  func canonical() {
    let one: JSONValue = ["b": [1, ["y": 1, "x": 2]], "a": nil]
    let two: JSONValue = ["a": nil, "b": [1, ["x": 2, "y": 1]]]
    #expect(one == two)
    #expect(one.text() != two.text())
    #expect(one.text(.canonical) == two.text(.canonical))
  }

  @Test("Random bytes never crash the parser", arguments: 0..<20 as Range<UInt64>)
  func noise(seed: UInt64) {
    var generator = SplitMix(state: seed)
    for _ in 0..<1000 {
      let bytes = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      _ = try? JSONValue(parsing: bytes)
    }
  }

  @Test(
    "Texts with a few bytes changed, cut or doubled never crash the parser, and what is accepted can be written",
    arguments: 0..<20 as Range<UInt64>)
  func mutations(seed: UInt64) throws {
    var generator = SplitMix(state: seed)
    let interesting = Array("\"\\{}[]:,0123456789eE+-.ntfu \u{0}\u{7f}".utf8) + [0x80, 0xC3, 0xED, 0xF4, 0xFF]
    for _ in 0..<200 {
      var bytes = JSONValue.random(using: &generator, depth: 4).bytes()
      for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.remove(at: index)
        case 1: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: index)
        case 2: bytes[index] = interesting.randomElement(using: &generator) ?? 0
        default: bytes.removeSubrange(index...)
        }
      }
      guard let value = try? JSONValue(parsing: bytes) else { continue }
      #expect(try JSONValue(parsing: value.bytes()) == value, "seed \(seed): \(bytes)")
    }
  }

  @Test("Doubles are written so that they read back, whole ones as integers")
  func doubles() throws {
    #expect(JSONValue.double(3).text() == "3")
    #expect(JSONValue.double(0.1).text() == "0.1")
    #expect(JSONValue.double(.infinity).text() == "null")
    for double in [Double.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e15, 1e16, 1e21, -1.5e-7, 123456789.123456789] {
      #expect(try JSONValue(parsing: JSONValue.double(double).text()).double == double)
    }
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
      let pairs = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
        (randomText(using: &generator), random(using: &generator, depth: depth - 1))
      }
      return .object(JSONObject(pairs))
    }
  }

  private static func randomText(using generator: inout SplitMix) -> String {
    let alphabet: [Unicode.Scalar] = [
      "a", "b", "0", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1f}", "\u{7f}", "ß", "\u{2028}", "\u{FFFD}", "😀", "𝄞", "u",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &generator) { text.unicodeScalars.append(alphabet.randomElement(using: &generator) ?? "a") }
    return text
  }
}
