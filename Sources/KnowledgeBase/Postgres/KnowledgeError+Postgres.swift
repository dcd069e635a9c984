import PostgresClient

extension KnowledgeError {
  init(_ error: PostgresError) {
    self =
      switch error {
      case .invalidAddress(let text): .invalidLocation(text)
      case .unreachable(let text): .unreachable(text)
      case .refused(let text): .unusable(text)
      }
  }
}
