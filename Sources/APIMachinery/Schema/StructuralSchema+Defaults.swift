import JSON

extension StructuralSchema {
  /// `value` with the defaults of the schema where members are missing (or null where null is not allowed).
  package func applyingDefaults(to value: JSONValue) -> JSONValue {
    guard hasDefaults else { return value }
    switch value {
    case .object(var object):
      for (name, property) in properties where property.hasDefaults {
        if let present = object[name], !(present.isNull && !property.isNullable && property.defaultValue != nil) {
          object[name] = property.applyingDefaults(to: present)
        } else if let standard = property.defaultValue {
          object[name] = property.applyingDefaults(to: standard)
        }
      }
      if let others = additionalProperties.schema, others.hasDefaults {
        for member in object where properties[member.key] == nil {
          let isNull = member.value.isNull && !others.isNullable && others.defaultValue != nil
          object[member.key] = others.applyingDefaults(to: isNull ? others.defaultValue ?? .null : member.value)
        }
      }
      return .object(object)
    case .array(let elements):
      guard let items else { return value }
      return .array(
        elements.map { element in
          let isNull = element.isNull && !items.isNullable
          return items.applyingDefaults(to: isNull ? items.defaultValue ?? element : element)
        })
    default:
      return value
    }
  }
}
