import Kubernetes

/// Where the objects of a kind are kept. All versions of a group share one collection.
package struct CollectionName: Hashable, Sendable, CustomStringConvertible {
  package let group: String
  package let plural: String

  package init(group: String, plural: String) {
    self.group = group
    self.plural = plural
  }
  package init(_ type: ResourceType) { self.init(group: type.group, plural: type.plural) }

  /// `plural.group`, or only the plural in the core group.
  package var description: String { group.isEmpty ? plural : "\(plural).\(group)" }

  /// Reads ``description``.
  init(text: String) {
    let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
    self.init(group: parts.count > 1 ? parts[1] : "", plural: parts.first ?? "")
  }
}
