import CEL
import JSON

/// Evaluates the CEL rules of a schema over a value that has the right shape.
struct RuleEvaluation {
  private(set) var errors: [FieldError] = []

  mutating func value(_ value: JSONValue, old: JSONValue?, _ schema: StructuralSchema, at path: FieldPath) {
    guard schema.hasRules, !value.isNull else { return }
    if !schema.rules.isEmpty {
      let current = CELValue(value, schema: schema)
      let previous = old.flatMap { $0.isNull ? nil : CELValue($0, schema: schema) }
      for rule in schema.rules { evaluate(rule, current, previous, schema, at: path) }
    }
    switch value {
    case .object(let object):
      for member in object {
        guard let property = schema.member(member.key) else { continue }
        // An atomic map is replaced as a whole: its members have no past.
        let before = schema.isAtomicMap ? nil : old?[member.key]
        self.value(member.value, old: before, property, at: path.child(member.key))
      }
    case .array(let elements):
      guard let items = schema.items, items.hasRules else { return }
      let before = schema.listType == .map ? Self.elementsByKey(old, schema) : [:]
      for (index, element) in elements.enumerated() {
        self.value(element, old: before[schema.mapKey(of: element).text()], items, at: path.index(index))
      }
    default: break
    }
  }

  private static func elementsByKey(_ old: JSONValue?, _ schema: StructuralSchema) -> [String: JSONValue] {
    Dictionary((old?.array ?? []).map { (schema.mapKey(of: $0).text(), $0) }) { first, _ in first }
  }

  private mutating func evaluate(
    _ rule: ValidationRule, _ current: CELValue, _ previous: CELValue?, _ schema: StructuralSchema, at path: FieldPath
  ) {
    var bindings = ["self": current]
    if rule.hasOptionalOldSelf {
      bindings["oldSelf"] = .optional(previous)
    } else if let previous {
      bindings["oldSelf"] = previous
    } else if rule.isTransition {
      return
    }
    do {
      let result = try rule.program.evaluate(bindings: bindings)
      guard case .bool(true) = result else {
        report(rule, bindings, schema, at: path)
        return
      }
    } catch {
      let type = JSONValue(schema.type ?? "object")
      errors.append(
        FieldError(.invalid, path.description, value: type, detail: "\(error) evaluating rule: \(rule.message ?? rule.text)"))
    }
  }

  private mutating func report(_ rule: ValidationRule, _ bindings: [String: CELValue], _ schema: StructuralSchema, at path: FieldPath) {
    var message = rule.message ?? "failed rule: \(rule.text)"
    if case .string(let text)? = try? rule.messageExpression?.evaluate(bindings: bindings) {
      let line = text.split(whereSeparator: \.isNewline).count == 1 ? text : ""
      if !line.allSatisfy(\.isWhitespace) { message = line }
    }
    let field = rule.fieldPath.isEmpty ? path.description : path.description + rule.fieldPath
    let trimmed = field.hasPrefix(".") ? String(field.dropFirst()) : field
    errors.append(FieldError(rule.reason, trimmed, value: .string(schema.type ?? "object"), detail: message))
  }
}
