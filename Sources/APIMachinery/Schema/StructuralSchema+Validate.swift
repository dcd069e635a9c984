import CEL
import JSON

extension StructuralSchema {
  /// Everything that the schema and its CEL rules find wrong with `object`; empty when it is valid.
  ///
  /// - Parameter old: the object before an update: transition rules compare with it.
  package func validate(_ object: JSONValue, old: JSONValue? = nil) -> [FieldError] {
    var validation = SchemaValidation()
    validation.value(object, self, at: .root)
    validation.listUniqueness(object, self, at: .root)
    // As the API server: rules judge only what has the right shape. A value out of bounds or a duplicate is no obstacle.
    guard !validation.errors.contains(where: \.preventsRules) else { return validation.errors }
    var evaluation = RuleEvaluation()
    evaluation.value(object, old: old, self, at: .root)
    return validation.errors + evaluation.errors
  }
}

extension FieldError {
  /// `hasBlockingErr` of apiextensions-apiserver.
  fileprivate var preventsRules: Bool {
    switch kind {
    case .notSupported, .required, .tooLong, .tooMany, .typeInvalid: true
    case .invalid, .duplicate, .forbidden, .notFound, .internalError: false
    }
  }
}

/// One walk of a value along its schema; the messages are those of kube-openapi's validator.
struct SchemaValidation {
  private(set) var errors: [FieldError] = []

  mutating func value(_ value: JSONValue, _ schema: StructuralSchema, at path: FieldPath) {
    if value.isNull {
      if schema.isNullable || schema.type == nil { return }
      return typeError(value, schema, at: path)
    }
    guard hasType(value, schema) else { return typeError(value, schema, at: path) }
    enumeration(value, schema.bounds, at: path)
    switch value {
    case .string(let text): string(text, schema, at: path)
    case .int, .double: number(value, schema, at: path)
    case .array(let elements): array(elements, schema, at: path)
    case .object(let object): self.object(object, schema, at: path)
    default: break
    }
    combined(value, schema.combined, at: path)
  }

  mutating func report(_ kind: FieldError.Kind, _ path: FieldPath, _ value: JSONValue? = nil, _ detail: String) {
    errors.append(FieldError(kind, path.description, value: value, detail: detail))
  }

  mutating func invalid(_ path: FieldPath, _ value: JSONValue, _ complaint: String) {
    report(.invalid, path, value, "\(path) in body \(complaint)")
  }

  // MARK: Types

  private func hasType(_ value: JSONValue, _ schema: StructuralSchema) -> Bool {
    if schema.isIntOrString {
      switch value {
      case .string: return true
      default: return value.int != nil
      }
    }
    switch schema.type {
    case nil: return true
    case "integer": return value.int != nil
    case "number": return value.double != nil
    case "string" where schema.format == "quantity": return value.string != nil || value.double != nil
    case "string": return value.string != nil
    case "boolean": return value.bool != nil
    case "array": return value.array != nil
    case "object": return value.object != nil
    default: return true
    }
  }

  private mutating func typeError(_ value: JSONValue, _ schema: StructuralSchema, at path: FieldPath) {
    let wanted = schema.isIntOrString ? "integer,string" : schema.type ?? "object"
    report(.typeInvalid, path, .string(value.typeName), "\(path) in body must be of type \(wanted): \"\(value.typeName)\"")
  }

  private mutating func enumeration(_ value: JSONValue, _ bounds: ValueBounds, at path: FieldPath) {
    guard let allowed = bounds.enumeration, !allowed.contains(value) else { return }
    let list = allowed.map { "\"\($0.string ?? $0.text())\"" }.joined(separator: ", ")
    report(.notSupported, path, value, "supported values: \(list)")
  }

  // MARK: Kinds of values

  private mutating func string(_ text: String, _ schema: StructuralSchema, at path: FieldPath) {
    let bounds = schema.bounds
    let length = bounds.minLength ?? bounds.maxLength == nil ? 0 : text.unicodeScalars.count
    if let maximum = bounds.maxLength, length > maximum { report(.tooLong, path, .string(text), "may not be more than \(maximum) bytes") }
    if let minimum = bounds.minLength, length < minimum {
      invalid(path, .string(text), "should be at least \(minimum) chars long")
    }
    if let pattern = bounds.pattern, !pattern.matches(text) {
      invalid(path, .string(text), "should match '\(bounds.patternText)'")
    }
    if let format = schema.format, !StringFormat.accepts(text, as: format) {
      report(.typeInvalid, path, .string(text), "\(path) in body must be of type \(format): \"\(text)\"")
    }
  }

  private mutating func number(_ value: JSONValue, _ schema: StructuralSchema, at path: FieldPath) {
    let bounds = schema.bounds
    guard let number = value.double else { return }
    if let limit = bounds.minimum?.double, bounds.exclusiveMinimum ? number <= limit : number < limit {
      invalid(path, value, "should be greater than \(bounds.exclusiveMinimum ? "" : "or equal to ")\(bounds.minimum ?? 0)")
    }
    if let limit = bounds.maximum?.double, bounds.exclusiveMaximum ? number >= limit : number > limit {
      invalid(path, value, "should be less than \(bounds.exclusiveMaximum ? "" : "or equal to ")\(bounds.maximum ?? 0)")
    }
    if let factor = bounds.multipleOf?.double, factor > 0 {
      let times = number / factor
      if abs(times - times.rounded()) > 1e-9 { invalid(path, value, "should be a multiple of \(bounds.multipleOf ?? 0)") }
    }
    if schema.format == "int32", let integer = value.int, Int32(exactly: integer) == nil {
      invalid(path, value, "must be of type int32: \"\(value)\"")
    }
  }

  private mutating func array(_ elements: [JSONValue], _ schema: StructuralSchema, at path: FieldPath) {
    let bounds = schema.bounds
    if let maximum = bounds.maxItems, elements.count > maximum {
      report(.tooMany, path, JSONValue(elements.count), "must have at most \(maximum) items")
    }
    if let minimum = bounds.minItems, elements.count < minimum {
      invalid(path, JSONValue(elements.count), "should have at least \(minimum) items")
    }
    if bounds.uniqueItems, Set(elements.map { $0.text(.canonical) }).count < elements.count {
      invalid(path, .array(elements), "shouldn't contain duplicates")
    }
    guard let items = schema.items else { return }
    for (index, element) in elements.enumerated() { value(element, items, at: path.index(index)) }
  }

  private mutating func object(_ object: JSONObject, _ schema: StructuralSchema, at path: FieldPath) {
    let bounds = schema.bounds
    if let maximum = bounds.maxProperties, object.count > maximum {
      report(.tooMany, path, JSONValue(object.count), "must have at most \(maximum) properties")
    }
    if let minimum = bounds.minProperties, object.count < minimum {
      invalid(path, .object(object), "should have at least \(minimum) properties")
    }
    for name in bounds.required where object[name] == nil { report(.required, path.child(name), nil, "") }
    for member in object {
      guard let property = schema.member(member.key) else { continue }
      value(member.value, property, at: path.child(member.key))
    }
    if schema.isEmbeddedResource {
      for name in ["apiVersion", "kind"] where (object[name]?.string ?? "").isEmpty {
        report(.required, path.child(name), nil, "must not be empty")
      }
      if let metadata = object["metadata"] { value(metadata, .objectMeta, at: path.child("metadata")) }
    }
  }
}
