/// A kind of object and where the API serves it: what a controller, a request or a watch is about.
package struct ResourceType: Hashable, Sendable, CustomStringConvertible {
  /// The API group; empty for the core group.
  package let group: String
  package let version: String
  package let kind: String
  /// The resource name in URLs: lower case, plural.
  package let plural: String
  package let namespaced: Bool

  package init(group: String, version: String, kind: String, plural: String, namespaced: Bool = true) {
    self.group = group
    self.version = version
    self.kind = kind
    self.plural = plural
    self.namespaced = namespaced
  }

  /// `group/version`, or only the version for the core group: the `apiVersion` of its objects.
  package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
  /// `/api/v1` or `/apis/group/version`.
  package var root: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }
  /// `plural.group`, as `kubectl` and RBAC write it.
  package var description: String { group.isEmpty ? plural : "\(plural).\(group)" }
}
