import JSON

/// What kubectl's familiar columns of built-in kinds show, where a path is not enough.
enum BuiltinCell: String, Sendable, Equatable {
  case podReady
}
