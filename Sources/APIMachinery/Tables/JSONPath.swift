import JSON

/// A path of the kind that printer columns and scale subresources use: `.status.conditions[?(@.type=="Ready")].status`.
///
/// The part of kubectl's JSONPath without templates: members (quoted, or with escaped dots), indices, slices, wildcards, descent,
/// filters with one comparison.
package struct JSONPath: Sendable, Equatable {
  package let text: String
  let steps: [Step]

  enum Step: Sendable, Equatable {
    case member(String)
    case index(Int)
    case slice(Int?, Int?)
    case wildcard
    case descendants
    indirect case filter(JSONPath, Comparison?)
  }

  struct Comparison: Sendable, Equatable {
    /// `==`, `!=`, `<`, `<=`, `>`, `>=`.
    let word: String
    let value: JSONValue
  }

  init(text: String, steps: [Step]) {
    self.text = text
    self.steps = steps
  }

  /// Throws the mistake, as a sentence.
  package init(_ text: String) throws(JSONPathError) { self = try JSONPathParser.parse(text) }

  /// The steps of a path of plain members, `.spec.replicas`; `nil` for any other.
  package var members: [String]? {
    var names: [String] = []
    for step in steps {
      guard case .member(let name) = step else { return nil }
      names.append(name)
    }
    return names
  }

  /// Every value that the path selects.
  package func values(in root: JSONValue) -> [JSONValue] {
    steps.reduce([root]) { values, step in values.flatMap { Self.select(step, in: $0) } }
  }

  private static func select(_ step: Step, in value: JSONValue) -> [JSONValue] {
    switch step {
    case .member(let name): return [value[name]].compactMap { $0 }
    case .index(let index):
      guard let elements = value.array else { return [] }
      let place = index < 0 ? elements.count + index : index
      return elements.indices.contains(place) ? [elements[place]] : []
    case .slice(let start, let end):
      guard let elements = value.array else { return [] }
      func place(_ index: Int) -> Int { max(0, min(elements.count, index < 0 ? elements.count + index : index)) }
      let low = place(start ?? 0)
      return Array(elements[low..<max(low, place(end ?? elements.count))])
    case .wildcard: return value.array ?? value.object?.map(\.value) ?? []
    case .descendants: return [value] + (value.array ?? value.object?.map(\.value) ?? []).flatMap { select(.descendants, in: $0) }
    case .filter(let path, let comparison):
      return (value.array ?? value.object?.map(\.value) ?? []).filter { element in
        guard let found = path.values(in: element).first else { return false }
        return comparison.map { holds($0, found) } ?? true
      }
    }
  }

  private static func holds(_ comparison: Comparison, _ found: JSONValue) -> Bool {
    switch comparison.word {
    case "==": return found == comparison.value
    case "!=": return found != comparison.value
    default:
      let order: Int
      if let left = found.double, let right = comparison.value.double {
        order = left < right ? -1 : left > right ? 1 : 0
      } else if let left = found.string, let right = comparison.value.string {
        order = left < right ? -1 : left > right ? 1 : 0
      } else {
        return false
      }
      switch comparison.word {
      case "<": return order < 0
      case "<=": return order <= 0
      case ">": return order > 0
      default: return order >= 0
      }
    }
  }
}

/// Why a text is no path.
package struct JSONPathError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
}
