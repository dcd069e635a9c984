import JSON
import Testing

@testable import APIMachinery

@Suite struct MergePatchTests {
  /// RFC 7386, appendix A.
  static let cases: [(JSONValue, JSONValue, JSONValue)] = [
    (["a": "b"], ["a": "c"], ["a": "c"]), (["a": "b"], ["b": "c"], ["a": "b", "b": "c"]), (["a": "b"], ["a": nil], [:]),
    (["a": "b", "b": "c"], ["a": nil], ["b": "c"]), (["a": ["b"]], ["a": "c"], ["a": "c"]), (["a": "c"], ["a": ["b"]], ["a": ["b"]]),
    (["a": ["b": "c"]], ["a": ["b": "d", "c": nil]], ["a": ["b": "d"]]), (["a": [["b": "c"]]], ["a": [1]], ["a": [1]]),
    (["a": "foo"], nil, nil), (["a": "foo"], "bar", "bar"), ([1, 2], ["a": "b", "c": nil], ["a": "b"]),
    ([:], ["a": ["bb": ["ccc": nil]]], ["a": ["bb": [:]]]),
  ]

  @Test("the examples of RFC 7386", arguments: cases.indices)
  func example(_ index: Int) {
    let (target, patch, result) = Self.cases[index]
    #expect(MergePatch.apply(patch, to: target) == result)
  }

  @Test func `the difference of two objects is a patch from one to the other`() {
    var random = SeededGenerator(seed: 0xD1FF)
    for _ in 0..<500 {
      let old = RandomJSON.object(depth: 3, using: &random)
      let new = RandomJSON.object(depth: 3, using: &random)
      #expect(MergePatch.apply(MergePatch.diff(from: old, to: new), to: old) == new)
      #expect(MergePatch.diff(from: old, to: old) == [:])
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

enum RandomJSON {
  /// A small object without nulls.
  static func object(depth: Int, using random: inout SeededGenerator) -> JSONValue {
    var object = JSONObject()
    for name in ["a", "b", "c", "d"] where Bool.random(using: &random) { object[name] = value(depth: depth - 1, using: &random) }
    return .object(object)
  }

  private static func value(depth: Int, using random: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 5 : 3), using: &random) {
    case 0: .string(["x", "y"].randomElement(using: &random) ?? "")
    case 1: .int(Int64.random(in: 0...3, using: &random))
    case 2: .bool(Bool.random(using: &random))
    case 3: .array((0..<Int.random(in: 0...2, using: &random)).map { _ in value(depth: depth - 1, using: &random) })
    default: object(depth: depth, using: &random)
    }
  }
}
