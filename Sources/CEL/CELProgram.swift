/// An expression of the Common Expression Language, parsed once and evaluated often.
///
/// text → ``CELLexer`` → ``CELParser`` → ``CELNode`` → ``CELChecker`` (names) … ``CELEvaluator`` (values).
package struct CELProgram: Sendable {
  package let text: String
  /// The declared variables that the expression reads.
  package let variables: Set<String>
  /// What is known of its value: `dyn` when nothing is.
  package let resultType: CELType
  private let node: CELNode

  /// Throws ``CELCompileError`` with the position of the mistake.
  package static func compile(_ text: String, variables: [String: CELType]) throws(CELCompileError) -> CELProgram {
    let node = try CELParser.parse(text)
    var checker = CELChecker(source: CELSource(text), declared: variables)
    let type = try checker.type(of: node)
    return CELProgram(text: text, variables: checker.used, resultType: type, node: node)
  }

  /// Evaluates with a value for each variable.
  ///
  /// - Parameter limit: the number of steps after which evaluation fails.
  package func evaluate(bindings: [String: CELValue], limit: Int = 1_000_000) throws(CELError) -> CELValue {
    var evaluator = CELEvaluator(bindings: bindings, limit: limit)
    return try evaluator.value(node)
  }

  /// Names that stand for types: `type(x) == string`.
  static let typeNames: [String: String] = [
    "null_type": "null_type", "bool": "bool", "int": "int", "uint": "uint", "double": "double", "string": "string", "bytes": "bytes",
    "list": "list", "map": "map", "type": "type",
  ]
}
