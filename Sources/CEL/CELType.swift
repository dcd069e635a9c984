/// What is known of a value before evaluation.
package indirect enum CELType: Sendable, Equatable {
  case dyn
  case null, bool, int, uint, double, string, bytes, timestamp, duration, type
  case list(CELType)
  case map(CELType)
  /// An object with these fields; reading another is a mistake.
  case object([String: CELType])
}
