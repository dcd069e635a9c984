/// Finds names that mean nothing before an expression is ever evaluated: unknown variables, and unknown fields where the
/// type of an object is declared. Everything else is left to evaluation.
struct CELChecker {
  let source: CELSource
  private(set) var used: Set<String> = []
  private var scope: [(name: String, type: CELType)]
  private let declared: Set<String>

  init(source: CELSource, declared: [String: CELType]) {
    self.source = source
    self.declared = Set(declared.keys)
    scope = declared.map { ($0.key, $0.value) }
  }

  /// A bound on the stack of what walks the expression: this checker first, the evaluator later.
  static let maximumDepth = 250
  private var depth = 0

  /// What is known of the expression's value.
  mutating func type(of node: CELNode) throws(CELCompileError) -> CELType {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw source.error(at: 0, "expression recursion limit exceeded: \(Self.maximumDepth)") }
    switch node {
    case .literal(let value): return Self.type(of: value)
    case .variable(let name, let offset): return try variable(name, at: offset)
    case .select(let target, let field, let isOptional, let offset):
      let found = try select(try type(of: target), field, at: offset)
      return isOptional ? .dyn : found
    case .has(let target, let field):
      _ = try select(try type(of: target), field, at: 0)
      return .bool
    case .index(let target, let index, let isOptional):
      _ = try type(of: index)
      let element = Self.element(of: try type(of: target), forIndex: true)
      return isOptional ? .dyn : element
    case .call(_, let arguments):
      for argument in arguments { _ = try type(of: argument) }
      return .dyn
    case .comprehension(let macro): return try comprehension(macro)
    case .and(let left, let right), .or(let left, let right): return try both(left, right, .bool)
    case .conditional(let condition, let yes, let no):
      _ = try type(of: condition)
      let first = try type(of: yes)
      return try type(of: no) == first ? first : .dyn
    case .binary(let operation, let left, let right): return try binary(operation, left, right)
    case .not(let operand):
      _ = try type(of: operand)
      return .bool
    case .negate(let operand): return try type(of: operand)
    case .list(let elements):
      for element in elements { _ = try type(of: element.0) }
      return .list(.dyn)
    case .map(let entries):
      for entry in entries { _ = try both(entry.key, entry.value, .dyn) }
      return .dyn
    case .bind(let name, let value, let body): return try within(name, try type(of: value), body)
    case .optionalMap(let target, let variable, let body, _):
      _ = try type(of: target)
      _ = try within(variable, .dyn, body)
      return .dyn
    }
  }

  private mutating func both(_ left: CELNode, _ right: CELNode, _ result: CELType) throws(CELCompileError) -> CELType {
    _ = try type(of: left)
    _ = try type(of: right)
    return result
  }

  private mutating func binary(_ operation: CELOperator, _ left: CELNode, _ right: CELNode) throws(CELCompileError) -> CELType {
    let first = try type(of: left)
    let second = try type(of: right)
    switch operation {
    case .add, .subtract, .multiply, .divide, .remainder: return first == second ? first : .dyn
    default: return .bool
    }
  }

  private mutating func variable(_ name: String, at offset: Int) throws(CELCompileError) -> CELType {
    for entry in scope.reversed() where entry.name == name {
      if declared.contains(name) { used.insert(name) }
      return entry.type
    }
    guard CELProgram.typeNames[name] != nil else {
      throw source.error(at: offset, "undeclared reference to '\(name)' (in container '')")
    }
    return .type
  }

  private func select(_ type: CELType, _ field: String, at offset: Int) throws(CELCompileError) -> CELType {
    switch type {
    case .object(let fields):
      guard let found = fields[field] else { throw source.error(at: offset, "undefined field '\(field)'") }
      return found
    case .map(let value): return value
    case .dyn: return .dyn
    default: throw source.error(at: offset, "type '\(type)' does not support field selection")
    }
  }

  private static func element(of type: CELType, forIndex: Bool) -> CELType {
    switch type {
    case .list(let element): element
    case .map(let value): forIndex ? value : .string
    case .object: forIndex ? .dyn : .string
    default: .dyn
    }
  }

  private mutating func comprehension(_ macro: CELComprehension) throws(CELCompileError) -> CELType {
    let range = try type(of: macro.range)
    let element = Self.element(of: range, forIndex: false)
    if let condition = macro.condition { _ = try within(macro.variable, element, condition) }
    let result = try macro.result.map { (node) throws(CELCompileError) in try within(macro.variable, element, node) }
    switch macro.kind {
    case .all, .exists, .existsOne: return .bool
    case .filter: return .list(element)
    case .map: return .list(result ?? .dyn)
    }
  }

  private mutating func within(_ name: String, _ type: CELType, _ body: CELNode) throws(CELCompileError) -> CELType {
    scope.append((name, type))
    defer { scope.removeLast() }
    return try self.type(of: body)
  }

  private static func type(of value: CELValue) -> CELType {
    switch value {
    case .null: .null
    case .bool: .bool
    case .int: .int
    case .uint: .uint
    case .double: .double
    case .string: .string
    case .bytes: .bytes
    default: .dyn
    }
  }
}
