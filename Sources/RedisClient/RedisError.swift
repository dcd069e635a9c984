/// Why Redis did not do what was asked. The texts are for people; none holds a password.
package enum RedisError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What names the server makes no sense; the text says what to write.
  case invalidAddress(String)
  /// It is not there, does not answer or closed the connection; it may be back later.
  case unreachable(String)
  /// It answered, and refused.
  case refused(String)

  package var description: String {
    switch self {
    case .invalidAddress(let text), .unreachable(let text), .refused(let text): text
    }
  }
}
