/// A path into an object, as error messages write it: `spec.tiers[0].weight`, `metadata.labels[app.kubernetes.io/name]`.
struct FieldPath: Sendable, CustomStringConvertible {
  let description: String

  static let root = FieldPath("")

  init(_ text: String) { description = text }

  func child(_ name: String) -> FieldPath { FieldPath(description.isEmpty ? name : "\(description).\(name)") }
  func index(_ index: Int) -> FieldPath { FieldPath("\(description)[\(index)]") }
  func key(_ key: String) -> FieldPath { FieldPath("\(description)[\(key)]") }
}
