/// Which verified identities are meant: one exactly, or with a `*` at the end all that begin so.
struct IdentityPattern: Sendable, Equatable {
  private let text: [UInt8]
  private let isPrefix: Bool

  init(_ pattern: String) {
    let bytes = Array(pattern.utf8)
    isPrefix = bytes.last == UInt8(ascii: "*")
    text = isPrefix ? bytes.dropLast() : bytes
  }

  func matches(_ identity: [UInt8]) -> Bool {
    guard isPrefix else { return identity == text }
    return identity.count >= text.count && identity.starts(with: text)
  }
}
