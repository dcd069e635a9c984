/// Walks an expression with values for its variables.
struct CELEvaluator {
  private var scope: [(name: String, value: CELValue)]
  /// Steps that are left: a bound on what an expression may cost.
  private var budget: Int

  init(bindings: [String: CELValue], limit: Int) {
    scope = bindings.map { ($0.key, $0.value) }
    budget = limit
  }

  private mutating func spend(_ steps: Int) throws(CELError) {
    budget -= steps
    guard budget >= 0 else { throw CELError.costLimit }
  }

  mutating func value(_ node: CELNode) throws(CELError) -> CELValue {
    try spend(1)
    switch node {
    case .literal(let value): return value
    case .variable(let name, _): return try variable(name)
    case .select(let target, let field, let isOptional, _): return try select(try value(target), field, isOptional)
    case .has(let target, let field): return .bool(try has(try value(target), field))
    case .index(let target, let index, let isOptional): return try self.index(try value(target), try value(index), isOptional)
    case .call(let function, let arguments): return try call(function, arguments)
    case .comprehension(let comprehension): return try self.comprehension(comprehension)
    case .and(let left, let right): return try logical(left, right, decidedBy: false)
    case .or(let left, let right): return try logical(left, right, decidedBy: true)
    case .conditional(let condition, let yes, let no): return try value(try bool(condition) ? yes : no)
    case .binary(let operation, let left, let right): return try binary(operation, try value(left), try value(right))
    case .not(let operand): return .bool(!(try bool(operand)))
    case .negate(let operand): return try negate(try value(operand))
    case .list(let elements): return try list(elements)
    case .map(let entries): return try map(entries)
    case .bind(let name, let bound, let body):
      let bound = try value(bound)
      return try with(name, bound) { (evaluator) throws(CELError) in try evaluator.value(body) }
    case .optionalMap(let target, let variable, let body, let isFlat):
      guard case .optional(let content) = try value(target) else { throw CELError("no such overload") }
      guard let content else { return .optional(nil) }
      let result = try with(variable, content) { (evaluator) throws(CELError) in try evaluator.value(body) }
      return isFlat ? result : .optional(result)
    }
  }

  private mutating func with<Result>(
    _ name: String, _ value: CELValue, _ body: (inout CELEvaluator) throws(CELError) -> Result
  ) throws(CELError) -> Result {
    scope.append((name, value))
    defer { scope.removeLast() }
    return try body(&self)
  }

  private func variable(_ name: String) throws(CELError) -> CELValue {
    for entry in scope.reversed() where entry.name == name { return entry.value }
    if let type = CELProgram.typeNames[name] { return .type(type) }
    throw CELError("no such attribute(s): \(name)")
  }

  private mutating func bool(_ node: CELNode) throws(CELError) -> Bool {
    guard case .bool(let value) = try value(node) else { throw CELError("no such overload") }
    return value
  }

  /// `&&` and `||`: either side decides, even when the other fails.
  private mutating func logical(_ left: CELNode, _ right: CELNode, decidedBy decisive: Bool) throws(CELError) -> CELValue {
    var failure: CELError?
    for side in [left, right] {
      do throws(CELError) {
        if try bool(side) == decisive { return .bool(decisive) }
      } catch {
        guard budget >= 0 else { throw error }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return .bool(!decisive)
  }

  private func select(_ target: CELValue, _ field: String, _ isOptional: Bool) throws(CELError) -> CELValue {
    switch target {
    case .map(let map):
      let found = map[.string(field)]
      if isOptional { return .optional(found) }
      guard let found else { throw CELError("no such key: \(field)") }
      return found
    case .optional(let content):
      guard let content else { return .optional(nil) }
      let found = try select(content, field, true)
      return found
    default: throw CELError("no such overload: \(target.typeName).\(field)")
    }
  }

  private func has(_ target: CELValue, _ field: String) throws(CELError) -> Bool {
    switch target {
    case .map(let map): return map[.string(field)] != nil
    case .optional(let content): return try content.map { (value) throws(CELError) in try has(value, field) } ?? false
    default: throw CELError("no such overload: has(\(target.typeName).\(field))")
    }
  }

  private func index(_ target: CELValue, _ index: CELValue, _ isOptional: Bool) throws(CELError) -> CELValue {
    switch target {
    case .list(let elements):
      guard let number = index.number, let place = Int(exactly: number) else {
        throw CELError("unsupported index type '\(index.typeName)' in list")
      }
      let found = elements.indices.contains(place) ? elements[place] : nil
      if isOptional { return .optional(found) }
      guard let found else { throw CELError("index out of bounds: \(place)") }
      return found
    case .map(let map):
      let found = index.key.flatMap { map[$0] }
      if isOptional { return .optional(found) }
      guard let found else { throw CELError("no such key: \(index.display)") }
      return found
    case .optional(let content):
      guard let content else { return .optional(nil) }
      return try self.index(content, index, true)
    default: throw CELError("no such overload")
    }
  }

  private mutating func call(_ function: CELFunction, _ arguments: [CELNode]) throws(CELError) -> CELValue {
    var values: [CELValue] = []
    for argument in arguments {
      let value = try value(argument)
      // A long text costs what it takes to read it once, in steps of ten characters.
      if case .string(let text) = value { try spend(text.utf8.count / 10) }
      if case .list(let elements) = value { try spend(elements.count / 10) }
      values.append(value)
    }
    return try function.body(values)
  }

  private mutating func binary(_ operation: CELOperator, _ left: CELValue, _ right: CELValue) throws(CELError) -> CELValue {
    switch operation {
    case .equal: return .bool(left == right)
    case .notEqual: return .bool(left != right)
    case .less: return .bool(try CELArithmetic.compare(left, right) < 0)
    case .lessOrEqual: return .bool(try CELArithmetic.compare(left, right) <= 0)
    case .greater: return .bool(try CELArithmetic.compare(left, right) > 0)
    case .greaterOrEqual: return .bool(try CELArithmetic.compare(left, right) >= 0)
    case .in:
      switch right {
      case .list(let elements):
        try spend(elements.count)
        return .bool(elements.contains(left))
      case .map(let map): return .bool(left.key.map { map[$0] != nil } ?? false)
      default: throw CELError("no such overload")
      }
    case .add, .subtract, .multiply, .divide, .remainder:
      if case .string(let text) = left { try spend(text.utf8.count / 10) }
      if case .list(let elements) = left { try spend(elements.count) }
      return try CELArithmetic.perform(operation, left, right)
    }
  }

  private func negate(_ value: CELValue) throws(CELError) -> CELValue {
    switch value {
    case .int(let number):
      guard number != .min else { throw CELError("integer overflow") }
      return .int(-number)
    case .double(let number): return .double(-number)
    case .duration(let duration): return .duration(.zero - duration)
    default: throw CELError("no such overload")
    }
  }

  private mutating func list(_ nodes: [(CELNode, isOptional: Bool)]) throws(CELError) -> CELValue {
    var elements: [CELValue] = []
    for (node, isOptional) in nodes {
      let element = try value(node)
      if isOptional, case .optional(let content) = element {
        if let content { elements.append(content) }
      } else {
        elements.append(element)
      }
    }
    return .list(elements)
  }

  private mutating func map(_ entries: [(key: CELNode, value: CELNode, isOptional: Bool)]) throws(CELError) -> CELValue {
    var map = CELMap()
    for entry in entries {
      let keyValue = try value(entry.key)
      guard let key = keyValue.key else { throw CELError("unsupported key type: \(keyValue.typeName)") }
      guard map[key] == nil else { throw CELError("Failed with repeated key: \(keyValue.display)") }
      let value = try value(entry.value)
      if entry.isOptional, case .optional(let content) = value { map[key] = content } else { map[key] = value }
    }
    return .map(map)
  }
}

// MARK: Macros

extension CELEvaluator {
  private mutating func comprehension(_ macro: CELComprehension) throws(CELError) -> CELValue {
    let elements = try self.elements(try value(macro.range))
    switch macro.kind {
    case .all: return .bool(try !decides(macro, elements, decisive: false))
    case .exists: return .bool(try decides(macro, elements, decisive: true))
    case .existsOne:
      var count = 0
      for element in elements where try holds(macro, element) { count += 1 }
      return .bool(count == 1)
    case .filter:
      var kept: [CELValue] = []
      for element in elements where try holds(macro, element) { kept.append(element) }
      return .list(kept)
    case .map:
      var results: [CELValue] = []
      guard let result = macro.result else { return .list([]) }
      for element in elements where try holds(macro, element) {
        results.append(try with(macro.variable, element) { (evaluator) throws(CELError) in try evaluator.value(result) })
      }
      return .list(results)
    }
  }

  private func elements(_ range: CELValue) throws(CELError) -> [CELValue] {
    switch range {
    case .list(let elements): return elements
    case .map(let map): return map.keys.map { CELValue($0) }
    default: throw CELError("no such overload")
    }
  }

  /// Whether some element's predicate is `decisive`; a failure counts only when no element decides.
  private mutating func decides(_ macro: CELComprehension, _ elements: [CELValue], decisive: Bool) throws(CELError) -> Bool {
    var failure: CELError?
    for element in elements {
      do throws(CELError) {
        if try holds(macro, element) == decisive { return true }
      } catch {
        guard budget >= 0 else { throw error }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return false
  }

  private mutating func holds(_ macro: CELComprehension, _ element: CELValue) throws(CELError) -> Bool {
    guard let condition = macro.condition else { return true }
    return try with(macro.variable, element) { (evaluator) throws(CELError) in try evaluator.bool(condition) }
  }
}
