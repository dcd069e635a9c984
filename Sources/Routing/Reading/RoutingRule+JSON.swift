import CEL
import JSON
import PolicyFormat

extension RoutingRule {
  /// A rule that does not compile is refused with the line and column of its mistake.
  init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    let name = try reader.required("name")
    let condition = try Self.program(&reader, "when", RuleVariable.ofRequests)
    var effects: [Effect] = []
    if let program = try Self.program(&reader, "exclude", RuleVariable.ofModels) { effects.append(.exclude(program)) }
    if let program = try Self.program(&reader, "require", RuleVariable.ofModels) { effects.append(.require(program)) }
    let factor = try reader.number("factor")
    if let program = try Self.program(&reader, "prefer", RuleVariable.ofModels) {
      guard let factor, factor > 0, factor <= 100 else {
        throw PolicyError(path: reader.path("factor"), reason: "must stand beside prefer: write a number above 0, at most 100")
      }
      effects.append(.prefer(program, factor: factor))
    } else if factor != nil {
      throw PolicyError(path: reader.path("factor"), reason: "stands without prefer: write what is preferred, or leave it out")
    }
    if let fields = try reader.object("weights") {
      effects.append(.weigh(try SelectionWeights(fields, standard: SelectionWeights(quality: 1, latency: 1, cost: 1, headroom: 1))))
    }
    try reader.finish()
    guard effects.count == 1, let effect = effects.first else {
      throw PolicyError(
        path: path,
        reason: "\(effects.isEmpty ? "does nothing" : "does several things"): write exactly one of exclude, require, prefer, weights")
    }
    self.init(name: name, condition: condition, effect: effect)
  }

  private static func program(
    _ reader: inout FieldReader, _ field: String, _ variables: [String: CELType]
  ) throws(PolicyError) -> CELProgram? {
    guard let text = try reader.string(field) else { return nil }
    do throws(CELCompileError) {
      let program = try CELProgram.compile(text, variables: variables)
      guard program.resultType == .bool || program.resultType == .dyn else {
        throw CELCompileError(line: 1, column: 1, reason: "the rule gives \(program.resultType); write what is true or false", source: text)
      }
      return program
    } catch {
      throw PolicyError(path: reader.path(field), reason: "line \(error.line), column \(error.column): \(error.reason)")
    }
  }
}
