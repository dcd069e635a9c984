import JSON

/// What is wrong with one field, in the words of Kubernetes (`field.Error` of apimachinery).
package struct FieldError: Error, Sendable, Equatable {
  package enum Kind: String, Sendable {
    case required = "FieldValueRequired"
    case invalid = "FieldValueInvalid"
    case typeInvalid = "FieldValueTypeInvalid"
    case notSupported = "FieldValueNotSupported"
    case duplicate = "FieldValueDuplicate"
    case forbidden = "FieldValueForbidden"
    case tooLong = "FieldValueTooLong"
    case tooMany = "FieldValueTooMany"
    case notFound = "FieldValueNotFound"
    case internalError = "InternalError"
  }

  package var kind: Kind
  /// Path from the root of the object: `spec.tiers[0].weight`; empty for the object itself.
  package var field: String
  package var value: JSONValue?
  package var detail: String

  package init(_ kind: Kind, _ field: String, value: JSONValue? = nil, detail: String = "") {
    self.kind = kind
    self.field = field
    self.value = value
    self.detail = detail
  }

  /// The `reason` of the cause in a Status.
  package var reason: String { kind.rawValue }

  /// The text without the path: the `message` of the cause in a Status.
  package var message: String {
    var text = Self.title(kind)
    switch kind {
    case .required, .forbidden, .tooLong, .internalError: break
    default: text += ": \((value ?? .null).text())"
    }
    return detail.isEmpty ? text : "\(text): \(detail)"
  }

  private static func title(_ kind: Kind) -> String {
    switch kind {
    case .required: "Required value"
    case .invalid, .typeInvalid: "Invalid value"
    case .notSupported: "Unsupported value"
    case .duplicate: "Duplicate value"
    case .forbidden: "Forbidden"
    case .tooLong: "Too long"
    case .tooMany: "Too many"
    case .notFound: "Not found"
    case .internalError: "Internal error"
    }
  }
}

extension FieldError: CustomStringConvertible {
  package var description: String { field.isEmpty ? "<nil>: \(message)" : "\(field): \(message)" }
}

extension [FieldError] {
  /// One sentence for a Status: the errors themselves, in brackets when there are several (`errors.Aggregate` of apimachinery).
  package var aggregate: String {
    var seen: Set<String> = []
    let texts = map(\.description).filter { seen.insert($0).inserted }
    return texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
  }
}

/// Why a definition cannot be used: everything found, not only the first.
package struct FieldErrors: Error, Sendable, Equatable, CustomStringConvertible {
  package let errors: [FieldError]
  package init(_ errors: [FieldError]) { self.errors = errors }
  package var description: String { errors.aggregate }
}
