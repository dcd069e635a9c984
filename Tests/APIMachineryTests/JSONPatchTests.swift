import JSON
import Testing

@testable import APIMachinery

@Suite struct JSONPatchTests {
  /// Of RFC 6902, appendix A, and of the pointers of RFC 6901.
  static let cases: [(document: JSONValue, patch: JSONValue, result: JSONValue?)] = [
    (["foo": "bar"], [["op": "add", "path": "/baz", "value": "qux"]], ["baz": "qux", "foo": "bar"]),
    (["foo": ["bar", "baz"]], [["op": "add", "path": "/foo/1", "value": "qux"]], ["foo": ["bar", "qux", "baz"]]),
    (["foo": ["bar"]], [["op": "add", "path": "/foo/-", "value": "x"]], ["foo": ["bar", "x"]]),
    (["foo": "bar", "baz": 1], [["op": "remove", "path": "/baz"]], ["foo": "bar"]),
    (["foo": ["a", "b"]], [["op": "remove", "path": "/foo/0"]], ["foo": ["b"]]),
    (["foo": 1], [["op": "replace", "path": "/foo", "value": nil]], ["foo": nil]),
    (["foo": ["bar": 1], "qux": [:]], [["op": "move", "from": "/foo/bar", "path": "/qux/x"]], ["foo": [:], "qux": ["x": 1]]),
    (["foo": ["a", "b"]], [["op": "move", "from": "/foo/0", "path": "/foo/1"]], ["foo": ["b", "a"]]),
    (["foo": 1], [["op": "copy", "from": "/foo", "path": "/bar"]], ["foo": 1, "bar": 1]),
    (["a/b": 1, "m~n": 2], [["op": "remove", "path": "/a~1b"], ["op": "test", "path": "/m~0n", "value": 2]], ["m~n": 2]),
    (["foo": 1], [["op": "test", "path": "/foo", "value": 2]], nil),
    (["foo": 1], [["op": "replace", "path": "/bar", "value": 2]], nil),
    (["foo": 1], [["op": "add", "path": "/a/b", "value": 2]], nil),
    (["foo": [1]], [["op": "add", "path": "/foo/3", "value": 2]], nil),
    (["foo": ["x": 1]], [["op": "move", "from": "/foo", "path": "/foo/x"]], nil),
    (["foo": 1], [["op": "replace", "path": "", "value": ["bar": 2]]], ["bar": 2]),
  ]

  @Test("operations do what RFC 6902 says", arguments: cases.indices)
  func operation(_ index: Int) throws {
    let (document, json, expected) = Self.cases[index]
    let patch = try JSONPatch(json)
    guard let expected else {
      #expect(throws: PatchError.self) { try patch.apply(to: document) }
      return
    }
    #expect(try patch.apply(to: document) == expected)
  }

  @Test func `mistakes are told apart: the patch, or the object`() {
    #expect(throws: PatchError(.malformed, "a JSON patch operation needs the member \"op\"")) { try JSONPatch([[:]]) }
    #expect(throws: PatchError(.unprocessable, "testing value /a failed: test failed")) {
      try JSONPatch([["op": "test", "path": "/a", "value": 1]]).apply(to: [:])
    }
  }
}
