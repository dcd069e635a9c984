/// Who is writing, how and when.
package struct FieldManager: Sendable, Equatable {
  package let name: String
  /// `status`, `scale`, or empty for the object itself.
  package let subresource: String
  /// Now, RFC 3339 with seconds.
  package let time: String
  /// Whether the kind has `/status`: then writes of the object itself leave `status` alone, and those of `/status` everything else.
  package let hasStatus: Bool

  package init(name: String, subresource: String = "", time: String, hasStatus: Bool = true) {
    self.name = name
    self.subresource = subresource
    self.time = time
    self.hasStatus = hasStatus
  }

  /// Longer names are refused by the API server.
  package static let maximumNameLength = 128
}
