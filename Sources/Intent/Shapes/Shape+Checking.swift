import JSON

extension Shape {
  /// More are not listed: a bound for hostile bodies.
  package static let maximumProblems = 20

  /// Everything that is wrong with `value`, each with its path, up to ``maximumProblems``.
  package func problems(in value: JSONValue, at path: String = "") -> [ShapeProblem] {
    var problems: [ShapeProblem] = []
    check(value, path, &problems)
    return problems
  }

  private func check(_ value: JSONValue, _ path: String, _ problems: inout [ShapeProblem]) {
    guard problems.count < Self.maximumProblems else { return }
    func report(_ expected: String) { problems.append(ShapeProblem(path, "\(Self.shown(value)) is not possible; write \(expected)")) }
    switch self {
    case .text(let range):
      guard let text = value.string else { return report("text") }
      let count = text.unicodeScalars.count
      if !range.contains(count) {
        problems.append(
          ShapeProblem(path, "has \(count) characters; write \(range.lowerBound) to \(range.upperBound)"))
      }
    case .choice(let choices):
      guard let text = value.string, choices.contains(text) else { return report(Self.listed(choices, near: value.string)) }
    case .number(let range):
      guard let number = value.double, range.contains(number) else {
        return report("a number from \(Plain(range.lowerBound)) to \(Plain(range.upperBound))")
      }
    case .integer(let range):
      guard let number = value.int, range.contains(number) else {
        return report("a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
    case .boolean: if value.bool == nil { report("true or false") }
    case .list(let element, let range):
      guard let elements = value.array else { return report("a list") }
      if !range.contains(elements.count) {
        problems.append(ShapeProblem(path, "has \(elements.count) elements; write \(range.lowerBound) to \(range.upperBound)"))
      }
      for (index, one) in elements.prefix(range.upperBound).enumerated() { element.check(one, "\(path)[\(index)]", &problems) }
    case .map(let element, let minimum, let maximum):
      guard let object = value.object else { return report("an object") }
      if !(minimum...maximum).contains(object.count) {
        problems.append(ShapeProblem(path, "has \(object.count) members; write \(minimum) to \(maximum)"))
      }
      for member in object.members.prefix(maximum) { element.check(member.value, Self.child(path, member.key), &problems) }
    case .object(let shape): shape.check(value, path, &problems)
    case .nullable(let shape): if !value.isNull { shape.check(value, path, &problems) }
    case .reference(_, let shape): shape.check(value, path, &problems)
    case .any: break
    }
  }

  static func child(_ path: String, _ key: String) -> String {
    let name = key.unicodeScalars.count > 64 ? key.prefix(63) + "…" : key
    return path.isEmpty ? name : "\(path).\(name)"
  }

  /// The value itself when it is short, else its type: an answer must not echo a hostile body.
  static func shown(_ value: JSONValue) -> String {
    switch value {
    case .array, .object, .null: return "a value of type \(value.typeName)"
    default:
      let text = value.text()
      return text.utf8.count <= 64 ? text : "a \(value.typeName) of \(text.utf8.count) bytes"
    }
  }

  /// All choices when they are few, else the nearest.
  private static func listed(_ choices: [String], near text: String?) -> String {
    guard choices.count > 12 else { return "one of \(choices.joined(separator: ", "))" }
    let wanted = Array((text ?? "").lowercased().utf8.prefix(100))
    let near = choices.map { ($0, Spelling.distance(wanted, Array($0.lowercased().utf8))) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    return "a known name; the nearest are \(near.prefix(3).map(\.0).joined(separator: ", "))"
  }
}

extension ObjectShape {
  fileprivate func check(_ value: JSONValue, _ path: String, _ problems: inout [ShapeProblem]) {
    guard let object = value.object else {
      problems.append(ShapeProblem(path, "\(Shape.shown(value)) is not possible; write an object"))
      return
    }
    for member in object where !isOpen && !members.contains(where: { $0.name == member.key }) {
      guard problems.count < Shape.maximumProblems else { return }
      let names = members.map(\.name).joined(separator: ", ")
      problems.append(ShapeProblem(Shape.child(path, member.key), "is not known; the fields here are \(names)"))
    }
    for member in members {
      if let value = object[member.name] {
        problems += member.shape.problems(in: value, at: Shape.child(path, member.name))
      } else if member.isRequired {
        problems.append(ShapeProblem(Shape.child(path, member.name), "is missing; \(member.summary)"))
      }
    }
    for rule in rules where !rule.holds(for: value) { problems.append(ShapeProblem(path, rule.message)) }
  }
}

extension ObjectShape.Rule {
  fileprivate var message: String {
    switch self {
    case .exactlyOne(_, let message), .anyOf(_, let message), .when(_, _, _, let message), .notAllZero(_, let message): message
    }
  }

  fileprivate func holds(for value: JSONValue) -> Bool {
    switch self {
    case .exactlyOne(let names, _): names.filter { value[$0] != nil }.count == 1
    case .anyOf(let sets, _): sets.contains { set in set.allSatisfy { value[$0] != nil } }
    case .when(let name, let text, let needs, _): value[name]?.string != text || needs.contains { value[$0] != nil }
    case .notAllZero(let names, _): !names.allSatisfy { value[$0]?.double == 0 }
    }
  }
}
