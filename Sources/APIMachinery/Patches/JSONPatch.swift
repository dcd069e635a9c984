import JSON

/// JSON Patch (RFC 6902).
package struct JSONPatch: Sendable, Equatable {
  package enum Operation: Sendable, Equatable {
    case add(path: [String], value: JSONValue)
    case remove(path: [String])
    case replace(path: [String], value: JSONValue)
    case move(from: [String], path: [String])
    case copy(from: [String], path: [String])
    case test(path: [String], value: JSONValue)
  }

  package let operations: [Operation]

  package init(_ operations: [Operation]) { self.operations = operations }

  /// Reads the array of operations.
  package init(_ json: JSONValue) throws(PatchError) {
    guard let elements = json.array else {
      throw PatchError(.malformed, "error decoding patch: a JSON patch is an array of operations, not \(json.typeName)")
    }
    var operations: [Operation] = []
    for element in elements { operations.append(try Operation(element)) }
    self.operations = operations
  }

  /// The object after all the operations; none is applied when one fails.
  package func apply(to document: JSONValue) throws(PatchError) -> JSONValue {
    var result = document
    for operation in operations { try operation.perform(on: &result) }
    return result
  }
}

extension JSONPatch.Operation {
  init(_ json: JSONValue) throws(PatchError) {
    guard let word = json["op"]?.string else { throw PatchError(.malformed, "a JSON patch operation needs the member \"op\"") }
    let path = try Self.pointer(json, "path", in: word)
    switch word {
    case "add": self = .add(path: path, value: try Self.value(json, in: word))
    case "remove": self = .remove(path: path)
    case "replace": self = .replace(path: path, value: try Self.value(json, in: word))
    case "move": self = .move(from: try Self.pointer(json, "from", in: word), path: path)
    case "copy": self = .copy(from: try Self.pointer(json, "from", in: word), path: path)
    case "test": self = .test(path: path, value: json["value"] ?? .null)
    default:
      throw PatchError(.malformed, "Unexpected kind: \(word): a JSON patch operation is add, remove, replace, move, copy or test")
    }
  }

  private static func value(_ json: JSONValue, in word: String) throws(PatchError) -> JSONValue {
    guard let value = json["value"] else { throw PatchError(.malformed, "the \(word) operation needs the member \"value\"") }
    return value
  }

  /// The steps of a JSON pointer (RFC 6901).
  private static func pointer(_ json: JSONValue, _ member: String, in word: String) throws(PatchError) -> [String] {
    guard let text = json[member]?.string else { throw PatchError(.malformed, "the \(word) operation needs the member \"\(member)\"") }
    if text.isEmpty { return [] }
    guard text.hasPrefix("/") else {
      throw PatchError(.malformed, "the \(word) operation's \(member) \"\(text)\" must be a JSON pointer: empty, or beginning with '/'")
    }
    return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(Self.unescape)
  }

  private static func unescape(_ step: Substring) -> String {
    var result = ""
    var escaped = false
    for character in step {
      if escaped {
        result.append(character == "1" ? "/" : character == "0" ? "~" : character)
        escaped = false
      } else if character == "~" {
        escaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }

  static func text(_ path: [String]) -> String {
    path.map { step in
      "/" + String(step.flatMap { $0 == "~" ? Array("~0") : $0 == "/" ? Array("~1") : [$0] })
    }.joined()
  }
}
