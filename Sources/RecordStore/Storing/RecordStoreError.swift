/// Why records were not written or read. The texts are for people; none holds a password.
package enum RecordStoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What names the store makes no sense; the text says what to write.
  case invalidLocation(String)
  /// It is not there or does not answer: the same again later may succeed.
  case unreachable(String)
  /// It answers and refuses: the same again will not do.
  case refused(String)

  package var description: String {
    switch self {
    case .invalidLocation(let text), .unreachable(let text), .refused(let text): text
    }
  }
}
