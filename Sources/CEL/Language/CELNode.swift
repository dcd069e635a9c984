/// A parsed expression.
indirect enum CELNode: Sendable {
  case literal(CELValue)
  case variable(String, offset: Int)
  /// `target.field`; with `isOptional`, `target.?field`.
  case select(CELNode, field: String, isOptional: Bool, offset: Int)
  case has(CELNode, field: String)
  case index(CELNode, CELNode, isOptional: Bool)
  case call(CELFunction, [CELNode])
  case comprehension(CELComprehension)
  case and(CELNode, CELNode)
  case or(CELNode, CELNode)
  case conditional(CELNode, CELNode, CELNode)
  case binary(CELOperator, CELNode, CELNode)
  case not(CELNode)
  case negate(CELNode)
  case list([(CELNode, isOptional: Bool)])
  case map([(key: CELNode, value: CELNode, isOptional: Bool)])
  /// `cel.bind(name, value, body)`, and what `optMap` becomes.
  case bind(String, CELNode, CELNode)
  case optionalMap(CELNode, variable: String, CELNode, isFlat: Bool)
}

enum CELOperator: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case `in` = "in"
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
}

/// A macro over a list or the keys of a map.
struct CELComprehension: Sendable {
  enum Kind: String, Sendable {
    case all, exists, map, filter
    case existsOne = "exists_one"
  }

  let kind: Kind
  let range: CELNode
  let variable: String
  /// The predicate of `all`, `exists`, `exists_one`, `filter` and of `map` with three arguments.
  let condition: CELNode?
  /// What `map` computes.
  let result: CELNode?
}
