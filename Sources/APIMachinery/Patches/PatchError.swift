/// Why a patch cannot be applied.
package struct PatchError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: Sendable {
    /// The patch itself makes no sense: HTTP 400.
    case malformed
    /// It does not fit this object: HTTP 422.
    case unprocessable
  }

  package let kind: Kind
  package let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
