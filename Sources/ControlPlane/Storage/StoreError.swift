/// Why the store did not do what it was asked.
package enum StoreError: Error, Equatable, CustomStringConvertible {
  /// The object exists already.
  case alreadyExists
  case notFound
  /// The object has another version than the writer saw.
  case conflict(current: Int64)
  /// The wanted version is outside of the history that is kept: `oldest...current`.
  case expired(wanted: Int64, oldest: Int64, current: Int64)
  /// The state directory cannot be used.
  case unusable(path: String, reason: String)

  package var description: String {
    switch self {
    case .alreadyExists: "the object exists already"
    case .notFound: "no such object"
    case .conflict(let current): "the object has changed: it is at resourceVersion \(current)"
    case .expired(let wanted, let oldest, _): "too old resource version: \(wanted) (\(oldest))"
    case .unusable(let path, let reason): "the state directory \(path) cannot be used: \(reason)"
    }
  }
}
