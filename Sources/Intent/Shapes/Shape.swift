/// What a JSON value must look like: one description for checking it, for an OpenAPI document, and for the schema that a language
/// model has to fill.
package indirect enum Shape: Sendable, Hashable {
  /// Text of so many characters (Unicode scalars, as JSON Schema counts).
  case text(ClosedRange<Int>)
  case choice([String])
  case number(ClosedRange<Double>)
  case integer(ClosedRange<Int>)
  case boolean
  case list(Shape, ClosedRange<Int>)
  case object(ObjectShape)
  /// A map from any name to values of one shape.
  case map(Shape, minimum: Int = 0, maximum: Int)
  case nullable(Shape)
  /// A named shape of the document.
  case reference(String, Shape)
  /// Anything.
  case any

  package static func object(_ members: [ObjectShape.Member], rules: [ObjectShape.Rule] = [], isOpen: Bool = false) -> Shape {
    .object(ObjectShape(members: members, rules: rules, isOpen: isOpen))
  }
}

/// An object by its members.
package struct ObjectShape: Sendable, Hashable {
  package struct Member: Sendable, Hashable {
    package var name: String
    package var shape: Shape
    package var summary: String
    package var isRequired: Bool

    package init(_ name: String, _ shape: Shape, _ summary: String = "", required: Bool = false) {
      self.name = name
      self.shape = shape
      self.summary = summary
      isRequired = required
    }
  }

  /// Members that depend on each other.
  package enum Rule: Sendable, Hashable {
    /// Exactly one of these must be there.
    case exactlyOne([String], message: String)
    /// One of these sets of paths must be there, all of it.
    case anyOf([[[String]]], message: String)
    /// When the text member has this value, one of these must be there.
    case when(String, is: String, needs: [String], message: String)
    /// Not all of these are there and 0.
    case notAllZero([String], message: String)
  }

  package var members: [Member]
  package var rules: [Rule]
  /// Other members are allowed: for answers, which may grow.
  package var isOpen: Bool

  package init(members: [Member], rules: [Rule] = [], isOpen: Bool = false) {
    self.members = members
    self.rules = rules
    self.isOpen = isOpen
  }
}

/// What is wrong with one place of a value, and what to write instead.
package struct ShapeProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// `traffic.expectedQPS`, `hardware.gpuTypes[1]`; empty for the whole.
  package var field: String
  package var message: String

  package init(_ field: String, _ message: String) {
    self.field = field
    self.message = message
  }

  package var description: String { field.isEmpty ? message : "\(field): \(message)" }
}
