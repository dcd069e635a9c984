import JSON

extension JSONPatch.Operation {
  func perform(on document: inout JSONValue) throws(PatchError) {
    switch self {
    case .add(let path, let value): try edit(&document, path, "add", .add(value))
    case .remove(let path): try edit(&document, path, "remove", .remove)
    case .replace(let path, let value): try edit(&document, path, "replace", .replace(value))
    case .move(let from, let path):
      let value = try read(document, from, "move")
      guard from != path else { return }
      guard !path.starts(with: from) else { throw failure("move", path, "a value cannot move into itself") }
      try edit(&document, from, "move", .remove)
      try edit(&document, path, "move", .add(value))
    case .copy(let from, let path):
      try edit(&document, path, "copy", .add(try read(document, from, "copy")))
    case .test(let path, let expected):
      let found = try? read(document, path, "test")
      guard (found ?? .null) == expected else {
        throw PatchError(.unprocessable, "testing value \(Self.text(path)) failed: test failed")
      }
    }
  }

  private enum Change {
    case add(JSONValue), replace(JSONValue), remove
  }

  private func failure(_ word: String, _ path: [String], _ reason: String) -> PatchError {
    PatchError(.unprocessable, "\(word) operation does not apply: doc is missing path: \"\(Self.text(path))\": \(reason)")
  }

  private func read(_ document: JSONValue, _ path: [String], _ word: String) throws(PatchError) -> JSONValue {
    var value = document
    for step in path {
      switch value {
      case .object(let object):
        guard let next = object[step] else { throw failure(word, path, "missing value") }
        value = next
      case .array(let elements):
        guard let index = Int(step), elements.indices.contains(index) else { throw failure(word, path, "missing value") }
        value = elements[index]
      default: throw failure(word, path, "missing value")
      }
    }
    return value
  }

  private func edit(_ document: inout JSONValue, _ path: [String], _ word: String, _ change: Change) throws(PatchError) {
    document = try edited(document, path[...], whole: path, word, change)
  }

  private func edited(
    _ value: JSONValue, _ rest: ArraySlice<String>, whole: [String], _ word: String, _ change: Change
  ) throws(PatchError) -> JSONValue {
    guard let step = rest.first else {
      switch change {
      case .add(let new), .replace(let new): return new
      case .remove: return .null
      }
    }
    let isLast = rest.count == 1
    switch value {
    case .object(var object):
      if isLast {
        try edit(&object, step, whole, word, change)
      } else {
        guard let next = object[step] else { throw failure(word, whole, "missing value") }
        object[step] = try edited(next, rest.dropFirst(), whole: whole, word, change)
      }
      return .object(object)
    case .array(var elements):
      if isLast {
        try edit(&elements, step, whole, word, change)
      } else {
        guard let index = Int(step), elements.indices.contains(index) else { throw failure(word, whole, "missing value") }
        elements[index] = try edited(elements[index], rest.dropFirst(), whole: whole, word, change)
      }
      return .array(elements)
    default: throw failure(word, whole, "missing value")
    }
  }

  private func edit(_ object: inout JSONObject, _ key: String, _ whole: [String], _ word: String, _ change: Change) throws(PatchError) {
    switch change {
    case .add(let new): object[key] = new
    case .replace(let new):
      guard object[key] != nil else { throw failure(word, whole, "missing value") }
      object[key] = new
    case .remove:
      guard object.removeValue(forKey: key) != nil else { throw failure(word, whole, "missing value") }
    }
  }

  private func edit(
    _ elements: inout [JSONValue], _ step: String, _ whole: [String], _ word: String, _ change: Change
  ) throws(PatchError) {
    if case .add(let new) = change {
      guard let index = step == "-" ? elements.count : Int(step), (0...elements.count).contains(index) else {
        throw failure(word, whole, "Unable to access invalid index: \(step): invalid index referenced")
      }
      elements.insert(new, at: index)
      return
    }
    guard let index = Int(step), elements.indices.contains(index) else {
      throw failure(word, whole, "Unable to access invalid index: \(step): invalid index referenced")
    }
    if case .replace(let new) = change { elements[index] = new } else { elements.remove(at: index) }
  }
}
