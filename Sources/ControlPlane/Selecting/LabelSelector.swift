/// A label selector as it stands in a query: `app=web,tier in (a, b),!canary`.
package struct LabelSelector: Sendable, Equatable {
  package enum Requirement: Sendable, Equatable {
    case within(String, [String])
    case without(String, [String])
    case exists(String)
    case missing(String)
    case above(String, Int64)
    case below(String, Int64)
  }

  package var requirements: [Requirement]

  /// Selects everything.
  package static let everything = LabelSelector(requirements: [])

  package init(requirements: [Requirement]) { self.requirements = requirements }

  package var isEmpty: Bool { requirements.isEmpty }

  package func matches(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .within(let key, let values): labels[key].map(values.contains) ?? false
      case .without(let key, let values): !(labels[key].map(values.contains) ?? false)
      case .exists(let key): labels[key] != nil
      case .missing(let key): labels[key] == nil
      case .above(let key, let bound): labels[key].flatMap(Int64.init).map { $0 > bound } ?? false
      case .below(let key, let bound): labels[key].flatMap(Int64.init).map { $0 < bound } ?? false
      }
    }
  }
}

/// Why a selector cannot be read.
package struct SelectorError: Error, Equatable, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

extension LabelSelector {
  /// Reads the text of a `labelSelector` query parameter.
  package init(parsing text: String) throws(SelectorError) {
    requirements = []
    for clause in Self.clauses(text) {
      requirements.append(try Self.requirement(clause))
    }
  }

  /// Splits at the commas outside of parentheses.
  private static func clauses(_ text: String) -> [String] {
    var clauses: [String] = []
    var clause = ""
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 {
        clauses.append(clause)
        clause = ""
      } else {
        clause.append(character)
      }
    }
    clauses.append(clause)
    return clauses.map(trimmed).filter { !$0.isEmpty }
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private static func requirement(_ clause: String) throws(SelectorError) -> Requirement {
    if let open = clause.firstIndex(of: "(") { return try setRequirement(clause, open) }
    if clause.hasPrefix("!") { return .missing(try key(clause.dropFirst(), in: clause)) }
    for (sign, make) in operators {
      guard let range = clause.range(ofText: sign) else { continue }
      let name = try key(clause[..<range.lowerBound], in: clause)
      let value = trimmed(clause[range.upperBound...])
      guard let requirement = make(name, value) else {
        throw SelectorError("unable to parse requirement: \(clause): '\(value)' is no integer")
      }
      return requirement
    }
    return .exists(try key(clause[...], in: clause))
  }

  private static let operators: [(String, @Sendable (String, String) -> Requirement?)] = [
    ("!=", { .without($0, [$1]) }),
    ("==", { .within($0, [$1]) }),
    ("=", { .within($0, [$1]) }),
    (">", { key, bound in Int64(bound).map { .above(key, $0) } }),
    ("<", { key, bound in Int64(bound).map { .below(key, $0) } }),
  ]

  private static func setRequirement(_ clause: String, _ open: String.Index) throws(SelectorError) -> Requirement {
    let words = clause[..<open].split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 2, clause.hasSuffix(")"), ["in", "notin"].contains(words[1]) else {
      throw SelectorError("unable to parse requirement: '\(clause)': write 'key in (a, b)' or 'key notin (a, b)'")
    }
    let inside = clause[clause.index(after: open)...].dropLast()
    let values = inside.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
    let name = try key(words[0][...], in: clause)
    return words[1] == "in" ? .within(name, values) : .without(name, values)
  }

  private static func key(_ text: Substring, in clause: String) throws(SelectorError) -> String {
    let key = trimmed(text)
    guard !key.isEmpty, !key.contains(where: { $0.isWhitespace || "=!<>()".contains($0) }) else {
      throw SelectorError("unable to parse requirement: '\(clause)' has no valid label key")
    }
    return key
  }
}

extension String {
  /// The first place where `text` stands.
  func range(ofText text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
