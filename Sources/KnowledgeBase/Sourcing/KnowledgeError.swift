/// Why facts cannot be had from where they were asked for.
package enum KnowledgeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What names the place makes no sense; the text says what to write.
  case invalidLocation(String)
  /// It is not there or does not answer; it may later.
  case unreachable(String)
  /// It answers, and what it holds cannot be used.
  case unusable(String)
  /// There is nothing to write to.
  case readOnly(String)

  package var description: String {
    switch self {
    case .invalidLocation(let text), .unreachable(let text), .unusable(let text), .readOnly(let text): text
    }
  }
}
