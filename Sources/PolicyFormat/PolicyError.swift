/// What is wrong with a configuration file. Where a policy is in force already, the last good one stays.
package struct PolicyError: Error, Equatable, CustomStringConvertible {
  /// The field, for example `pools[0].backends[1].port`.
  package var path: String
  /// What is wrong, and what to write instead.
  package var reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  package var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}
