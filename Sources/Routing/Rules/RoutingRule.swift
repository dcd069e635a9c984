import CEL

/// Somebody's own rule, in CEL.
package struct RoutingRule: Sendable {
  package enum Effect: Sendable {
    /// Models for which it holds are not chosen.
    case exclude(CELProgram)
    /// Models for which it does not hold are not chosen.
    case require(CELProgram)
    /// Multiplies the score of models for which it holds.
    case prefer(CELProgram, factor: Double)
    /// Multiplies the weights.
    case weigh(SelectionWeights)
  }

  package var name: String
  /// Over the request and the host; the rule counts when it holds, or always.
  package var condition: CELProgram?
  package var effect: Effect

  package init(name: String, condition: CELProgram? = nil, effect: Effect) {
    self.name = name
    self.condition = condition
    self.effect = effect
  }

  /// What its effect evaluates for each model.
  var program: CELProgram? {
    switch effect {
    case .exclude(let program), .require(let program), .prefer(let program, _): program
    case .weigh: nil
    }
  }
}

/// All rules, in the order in which they are written.
package struct RoutingRules: Sendable {
  package static let maximumRules = 100
  /// Steps that one evaluation may take: a rule of a line or two takes tens.
  static let maximumSteps = 10_000

  package let rules: [RoutingRule]
  private let read: Set<String>

  package init(_ rules: [RoutingRule]) {
    self.rules = rules
    read = rules.reduce(into: []) {
      $0.formUnion($1.condition?.variables ?? []); $0.formUnion($1.program?.variables ?? [])
    }
  }

  func reads(_ variable: RuleVariable) -> Bool { read.contains(variable.rawValue) }
  package func name(of index: Int) -> String { rules.indices.contains(index) ? "rule '\(rules[index].name)'" : "a rule" }
}
