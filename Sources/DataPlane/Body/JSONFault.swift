/// Why a request's body is refused.
enum JSONFault: Error, Equatable {
  case notAnObject(offset: Int)
  case byteOrderMark
  case malformed(offset: Int)
  case truncated
  case tooDeep(offset: Int)
  /// Two readers could each take another of the two for the truth.
  case repeatedMember(String)
  case escapedMemberName(offset: Int)
  case wrongType(member: String, expected: String)

  var message: String {
    switch self {
    case .notAnObject: "The body is not a JSON object."
    case .byteOrderMark: "The body begins with a byte order mark: leave it out."
    case .malformed(let offset): "The body is not valid JSON: unexpected byte at offset \(offset)."
    case .truncated: "The body is not valid JSON: it ends too early."
    case .tooDeep(let offset): "The body is nested too deeply at offset \(offset)."
    case .repeatedMember(let name): "The member '\(name)' is given more than once."
    case .escapedMemberName(let offset): "The member name at offset \(offset) is written with escapes: write it plainly."
    case .wrongType(let member, let expected): "'\(member)' must be \(expected)."
    }
  }

  var parameter: String? {
    switch self {
    case .repeatedMember(let name), .wrongType(let name, _): name
    default: nil
    }
  }
}
