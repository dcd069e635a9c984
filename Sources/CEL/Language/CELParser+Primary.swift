extension CELParser {
  static let reserved: Set<String> = [
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return",
    "var", "void", "while",
  ]

  mutating func primary() throws(CELCompileError) -> CELNode {
    let token = current
    switch token.kind {
    case .int(let value):
      guard let int = Int64(exactly: value) else { throw source.error(at: token.offset, "invalid int literal") }
      return literal(.int(int))
    case .uint(let value): return literal(.uint(value))
    case .double(let value): return literal(.double(value))
    case .string(let value): return literal(.string(value))
    case .bytes(let value): return literal(.bytes(value))
    case .identifier(let name): return try identifier(name, at: token.offset)
    case .symbol("("):
      position += 1
      let node = try expression()
      try expect(")")
      return node
    case .symbol("["): return try list()
    case .symbol("{"): return try map()
    case .symbol("."):
      position += 1
      guard case .identifier(let name) = current.kind else { throw unexpected() }
      return try identifier(name, at: token.offset)
    default: throw unexpected()
    }
  }

  private mutating func literal(_ value: CELValue) -> CELNode {
    position += 1
    return .literal(value)
  }

  private mutating func identifier(_ name: String, at offset: Int) throws(CELCompileError) -> CELNode {
    position += 1
    switch name {
    case "true": return .literal(.bool(true))
    case "false": return .literal(.bool(false))
    case "null": return .literal(.null)
    case "in": throw source.error(at: offset, "Syntax error: mismatched input 'in'")
    default: break
    }
    guard !Self.reserved.contains(name) else { throw source.error(at: offset, "Syntax error: reserved identifier: \(name)") }
    guard take("(") else { return .variable(name, offset: offset) }
    let arguments = try arguments()
    if name == "has" {
      guard arguments.count == 1, case .select(let target, let field, false, _) = arguments[0] else {
        throw source.error(at: offset, "invalid argument to has() macro")
      }
      return .has(target, field: field)
    }
    return try call(name, arguments, at: offset)
  }

  private func call(_ name: String, _ arguments: [CELNode], at offset: Int) throws(CELCompileError) -> CELNode {
    guard let function = CELFunction.find(name, isMethod: false) else {
      throw source.error(at: offset, "undeclared reference to '\(name)' (in container '')")
    }
    guard function.accepts(arguments.count, isMethod: false) else {
      throw source.error(at: offset, "found no matching overload for '\(name)' applied to \(arguments.count) arguments")
    }
    return .call(function, arguments)
  }

  private mutating func arguments() throws(CELCompileError) -> [CELNode] {
    var nodes: [CELNode] = []
    if take(")") { return nodes }
    repeat { nodes.append(try expression()) } while take(",")
    try expect(")")
    return nodes
  }

  private mutating func list() throws(CELCompileError) -> CELNode {
    position += 1
    var elements: [(CELNode, isOptional: Bool)] = []
    while !take("]") {
      let isOptional = take("?")
      elements.append((try expression(), isOptional))
      if !take(",") {
        try expect("]")
        break
      }
    }
    return .list(elements)
  }

  private mutating func map() throws(CELCompileError) -> CELNode {
    position += 1
    var entries: [(key: CELNode, value: CELNode, isOptional: Bool)] = []
    while !take("}") {
      let isOptional = take("?")
      let key = try expression()
      try expect(":")
      entries.append((key, try expression(), isOptional))
      if !take(",") {
        try expect("}")
        break
      }
    }
    return .map(entries)
  }

  /// A call after a dot: a macro, a function in a namespace (`optional.of`), or a method.
  mutating func method(_ name: String, of target: CELNode, at offset: Int) throws(CELCompileError) -> CELNode {
    let arguments = try arguments()
    if case .variable(let space, _) = target, CELFunction.namespaces.contains(space) {
      if space == "cel", name == "bind", arguments.count == 3, case .variable(let variable, _) = arguments[0] {
        return .bind(variable, arguments[1], arguments[2])
      }
      return try call("\(space).\(name)", arguments, at: offset)
    }
    if name == "optMap" || name == "optFlatMap", arguments.count == 2, case .variable(let variable, _) = arguments[0] {
      return .optionalMap(target, variable: variable, arguments[1], isFlat: name == "optFlatMap")
    }
    if let macro = try macro(name, target, arguments, at: offset) { return macro }
    guard let function = CELFunction.find(name, isMethod: true) else {
      throw source.error(at: offset, "undeclared reference to '\(name)' (in container '')")
    }
    guard function.accepts(arguments.count, isMethod: true) else {
      throw source.error(at: offset, "found no matching overload for '\(name)' applied to \(arguments.count) arguments")
    }
    return .call(function, [target] + arguments)
  }

  private func macro(_ name: String, _ range: CELNode, _ arguments: [CELNode], at offset: Int) throws(CELCompileError) -> CELNode? {
    let word = name == "existsOne" ? "exists_one" : name
    guard let kind = CELComprehension.Kind(rawValue: word), arguments.count == 2 || (arguments.count == 3 && kind == .map) else {
      return nil
    }
    guard case .variable(let variable, _) = arguments[0] else {
      throw source.error(at: offset, "argument must be a simple name")
    }
    let hasCondition = kind != .map || arguments.count == 3
    let result = kind == .map ? arguments[arguments.count - 1] : nil
    return .comprehension(
      CELComprehension(
        kind: kind, range: range, variable: variable, condition: hasCondition ? arguments[1] : nil, result: result))
  }
}
