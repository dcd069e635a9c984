/// Reads the grammar of CEL (https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax) by recursive descent,
/// expanding macros on the way.
struct CELParser {
  /// As cel-go: a bound on the stack.
  static let maximumDepth = 50

  let source: CELSource
  var tokens: [CELToken]
  var position = 0
  /// Operators and steps of one expression; hand-written rules have a few dozen.
  static let maximumLinks = 1000
  private var depth = 0
  private var links = 0

  static func parse(_ text: String) throws(CELCompileError) -> CELNode {
    let source = CELSource(text)
    var parser = CELParser(source: source, tokens: try CELLexer.tokens(of: source))
    let node = try parser.expression()
    guard parser.current.kind == .end else { throw parser.unexpected() }
    return node
  }

  private init(source: CELSource, tokens: [CELToken]) {
    self.source = source
    self.tokens = tokens
  }

  var current: CELToken { tokens[position] }

  func unexpected() -> CELCompileError {
    source.error(at: current.offset, "Syntax error: mismatched input '\(current.text)'")
  }

  mutating func take(_ symbol: String) -> Bool {
    guard current.kind == .symbol(symbol) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ symbol: String) throws(CELCompileError) {
    guard take(symbol) else {
      throw source.error(at: current.offset, "Syntax error: mismatched input '\(current.text)' expecting '\(symbol)'")
    }
  }

  mutating func expression() throws(CELCompileError) -> CELNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw source.error(at: current.offset, "expression recursion limit exceeded: \(Self.maximumDepth)")
    }
    let condition = try disjunction()
    guard take("?") else { return condition }
    let yes = try disjunction()
    try expect(":")
    return .conditional(condition, yes, try expression())
  }

  private mutating func disjunction() throws(CELCompileError) -> CELNode {
    var sides = [try conjunction()]
    while take("||") { sides.append(try conjunction()) }
    return Self.balanced(sides[...]) { .or($0, $1) }
  }

  private mutating func conjunction() throws(CELCompileError) -> CELNode {
    var sides = [try relation()]
    while take("&&") { sides.append(try relation()) }
    return Self.balanced(sides[...]) { .and($0, $1) }
  }

  /// Long chains of `&&` and `||` become shallow trees.
  private static func balanced(_ sides: ArraySlice<CELNode>, _ join: (CELNode, CELNode) -> CELNode) -> CELNode {
    guard sides.count > 1 else { return sides.first ?? .literal(.null) }
    let middle = sides.startIndex + sides.count / 2
    return join(balanced(sides[..<middle], join), balanced(sides[middle...], join))
  }

  /// Chains of other operators become as deep as they are long.
  private mutating func link(_ node: CELNode) throws(CELCompileError) -> CELNode {
    links += 1
    guard links <= Self.maximumLinks else { throw source.error(at: current.offset, "the expression is too long") }
    return node
  }

  private static let relations: Set<String> = ["==", "!=", "<", "<=", ">", ">="]

  private mutating func relation() throws(CELCompileError) -> CELNode {
    var node = try sum()
    while true {
      if case .symbol(let symbol) = current.kind, Self.relations.contains(symbol), let word = CELOperator(rawValue: symbol) {
        position += 1
        node = try link(.binary(word, node, try sum()))
      } else if current.kind == .identifier("in") {
        position += 1
        node = try link(.binary(.in, node, try sum()))
      } else {
        return node
      }
    }
  }

  private mutating func sum() throws(CELCompileError) -> CELNode {
    var node = try product()
    while true {
      if take("+") {
        node = try link(.binary(.add, node, try product()))
      } else if take("-") {
        node = try link(.binary(.subtract, node, try product()))
      } else {
        return node
      }
    }
  }

  private mutating func product() throws(CELCompileError) -> CELNode {
    var node = try unary()
    while true {
      if take("*") {
        node = try link(.binary(.multiply, node, try unary()))
      } else if take("/") {
        node = try link(.binary(.divide, node, try unary()))
      } else if take("%") {
        node = try link(.binary(.remainder, node, try unary()))
      } else {
        return node
      }
    }
  }

  private mutating func unary() throws(CELCompileError) -> CELNode {
    if current.kind == .symbol("!") {
      var count = 0
      while take("!") { count += 1 }
      let operand = try member()
      return count % 2 == 1 ? .not(operand) : .not(.not(operand))
    }
    if current.kind == .symbol("-") {
      var count = 0
      let start = current.offset
      while take("-") { count += 1 }
      if count == 1, case .int(let magnitude) = current.kind {
        guard magnitude <= UInt64(Int64.max) + 1 else { throw source.error(at: start, "invalid int literal") }
        position += 1
        return try member(after: .literal(.int(magnitude == UInt64(Int64.max) + 1 ? .min : -Int64(magnitude))))
      }
      let operand = try member()
      return count % 2 == 1 ? .negate(operand) : .negate(.negate(operand))
    }
    return try member()
  }

  private mutating func member() throws(CELCompileError) -> CELNode { try member(after: try primary()) }

  /// The steps after a primary: `.field`, `.method(…)`, `[index]`.
  private mutating func member(after first: CELNode) throws(CELCompileError) -> CELNode {
    var node = first
    while true {
      if take(".") {
        node = try link(try step(after: node))
      } else if take("[") {
        let isOptional = take("?")
        let index = try expression()
        try expect("]")
        node = try link(.index(node, index, isOptional: isOptional))
      } else {
        return node
      }
    }
  }

  private mutating func step(after target: CELNode) throws(CELCompileError) -> CELNode {
    let isOptional = take("?")
    let token = current
    switch token.kind {
    case .quoted(let field):
      position += 1
      return .select(target, field: CELIdentifier.escape(field), isOptional: isOptional, offset: token.offset)
    case .identifier(let name) where !["true", "false", "null", "in"].contains(name):
      position += 1
      if !isOptional, take("(") { return try method(name, of: target, at: token.offset) }
      return .select(target, field: name, isOptional: isOptional, offset: token.offset - 1)
    default: throw unexpected()
    }
  }
}
