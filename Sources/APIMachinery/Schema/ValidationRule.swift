import CEL
import JSON

/// One entry of `x-kubernetes-validations`, compiled.
struct ValidationRule: Sendable {
  let program: CELProgram
  let text: String
  let message: String?
  let messageExpression: CELProgram?
  let reason: FieldError.Kind
  let fieldPath: String
  /// A rule about `oldSelf`: judged only where there was a value before.
  let isTransition: Bool
  let hasOptionalOldSelf: Bool

  /// The rules of a schema; those that do not compile are reported and left out.
  static func list(_ json: JSONValue, at path: FieldPath, errors: inout [FieldError]) -> [ValidationRule] {
    var rules: [ValidationRule] = []
    for (index, rule) in (json["x-kubernetes-validations"]?.array ?? []).enumerated() {
      let path = path.child("x-kubernetes-validations").index(index)
      let text = rule["rule"]?.string ?? ""
      guard !text.allSatisfy(\.isWhitespace) else {
        errors.append(FieldError(.required, path.child("rule").description, detail: "rule is not specified"))
        continue
      }
      let optional = rule["optionalOldSelf"]?.bool ?? false
      do {
        let program = try CELProgram.compile(text, variables: ["self": .dyn, "oldSelf": .dyn])
        let messageText = rule["messageExpression"]?.string
        rules.append(
          ValidationRule(
            program: program, text: text, message: rule["message"]?.string,
            messageExpression: try messageText.map { try CELProgram.compile($0, variables: ["self": .dyn, "oldSelf": .dyn]) },
            reason: rule["reason"]?.string.flatMap(FieldError.Kind.init(rawValue:)) ?? .invalid,
            fieldPath: rule["fieldPath"]?.string ?? "", isTransition: program.variables.contains("oldSelf"),
            hasOptionalOldSelf: optional))
      } catch {
        errors.append(
          FieldError(.invalid, path.child("rule").description, value: .string(text), detail: "compilation failed: \(error)"))
      }
    }
    return rules
  }
}
