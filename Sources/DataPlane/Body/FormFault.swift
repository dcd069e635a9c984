/// Why a `multipart/form-data` body is refused.
enum FormFault: Error, Equatable {
  case boundaryMissing
  case malformed(offset: Int)
  case truncated
  /// Two readers could each take another of the two for the truth.
  case repeatedPart(String)
  case unclearPartName(offset: Int)

  var message: String {
    switch self {
    case .boundaryMissing: "The form has no boundary: write content-type: multipart/form-data; boundary=… with 1 to 70 characters."
    case .malformed(let offset): "The body is not a valid form: unexpected byte at offset \(offset)."
    case .truncated: "The body is not a valid form: the last boundary is missing."
    case .repeatedPart(let name): "The part '\(name)' is given more than once."
    case .unclearPartName(let offset): "The part at offset \(offset) has no plain name: write content-disposition: form-data; name=\"…\"."
    }
  }

  var parameter: String? { if case .repeatedPart(let name) = self { name } else { nil } }
}
