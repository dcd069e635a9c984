/// Why a call to the API server did not do what it was to do. Its one question is what a caller does next.
package enum KubeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The server answered and refused.
  case status(APIStatus)
  /// No answer, or only a part of one.
  case transport(String, isTransient: Bool)
  /// An answer that is not what the protocol promises.
  case decode(String)
  /// The caller gave up.
  case cancelled

  package var status: APIStatus? { if case .status(let status) = self { status } else { nil } }
  package var isNotFound: Bool { status?.isNotFound ?? false }
  package var isConflict: Bool { status?.isConflict ?? false }
  package var isAlreadyExists: Bool { status?.isAlreadyExists ?? false }
  package var isExpired: Bool { status?.isExpired ?? false }

  package var description: String {
    switch self {
    case .status(let status): status.description
    case .transport(let message, _): message
    case .decode(let reason): "the server's answer cannot be read: \(reason)"
    case .cancelled: "cancelled"
    }
  }
}
