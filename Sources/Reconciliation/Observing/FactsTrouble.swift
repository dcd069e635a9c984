/// The place that the planner's facts are read from is gone, or holds something wrong; plans are made with the last good ones.
package struct FactsTrouble: Sendable, Hashable {
  package var message: String
  /// RFC 3339.
  package var since: String

  package init(message: String, since: String) {
    self.message = message
    self.since = since
  }
}
