import JSON

/// Where a value stands in a file, as `--set PATH=VALUE` names it: `policy.tiers.free.weight`, `servers[0].places`. Elements of a list
/// are found by their name or tier, or by their number from 0.
package struct FieldPath: Sendable, Equatable {
  package let steps: [String]

  package init(_ path: String, example: String) throws(PolicyError) {
    steps = Self.steps(path)
    guard !steps.isEmpty, steps.allSatisfy({ !$0.isEmpty }) else {
      throw PolicyError(path: path, reason: "is not a path: write names with dots between them, such as \(example)")
    }
  }

  package init(_ steps: [String]) { self.steps = steps }

  /// `document` with `value` there; objects on the way are made.
  package func set(_ value: JSONValue, in document: JSONValue) throws(PolicyError) -> JSONValue {
    try Self.replaced(document, steps[...], value, at: "")
  }

  /// `a.b[2].c` as `a`, `b`, `2`, `c`.
  private static func steps(_ path: String) -> [String] {
    path.split(separator: ".", omittingEmptySubsequences: false).flatMap { part -> [String] in
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      return pieces.enumerated().compactMap { index, piece in
        if index == 0 { return pieces.count > 1 && piece.isEmpty ? nil : String(piece) }
        return String(piece.hasSuffix("]") ? piece.dropLast() : piece)
      }
    }
  }

  private static func replaced(
    _ whole: JSONValue?, _ steps: ArraySlice<String>, _ value: JSONValue, at path: String
  ) throws(PolicyError) -> JSONValue {
    guard let step = steps.first else { return value }
    let rest = steps.dropFirst()
    switch whole {
    case .array(var elements):
      guard let index = index(of: step, in: elements) else {
        throw PolicyError(path: path, reason: "has no '\(step)': write one of \(names(of: elements).joined(separator: ", "))")
      }
      elements[index] = try replaced(elements[index], rest, value, at: "\(path)[\(index)]")
      return .array(elements)
    case .object(var object):
      object[step] = try replaced(object[step], rest, value, at: path.isEmpty ? step : "\(path).\(step)")
      return .object(object)
    case nil, .null?:
      // A field that is not there may still be one: the reader knows, and names those that are.
      return .object([step: try replaced(nil, rest, value, at: "\(path).\(step)")])
    case let other?:
      throw PolicyError(path: path, reason: "is \(other.described) and has no fields: nothing of it is called '\(step)'")
    }
  }

  private static func index(of step: String, in elements: [JSONValue]) -> Int? {
    if let index = elements.firstIndex(where: { $0["name"]?.string == step || $0["tier"]?.string == step }) { return index }
    return Int(step).flatMap { elements.indices.contains($0) ? $0 : nil }
  }

  private static func names(of elements: [JSONValue]) -> [String] {
    elements.enumerated().map { $0.element["name"]?.string ?? $0.element["tier"]?.string ?? "\($0.offset)" }
  }
}
