import Kubernetes

/// Everything that the server serves at one moment: a value, replaced as a whole when a CRD comes or goes.
package struct Catalog: Sendable {
  /// In the order of discovery: built-in groups first, custom groups by name.
  package private(set) var types: [ServedType]
  private var index: [Path: Int] = [:]

  private struct Path: Hashable {
    let group: String
    let version: String
    let plural: String
  }

  init(builtIn: [ServedType], custom: [CustomDefinition]) {
    types = builtIn + custom.sorted { ($0.group, $0.names.plural) < ($1.group, $1.names.plural) }.flatMap(\.servedTypes)
    for (place, served) in types.enumerated() {
      index[Path(group: served.type.group, version: served.type.version, plural: served.type.plural)] = place
    }
  }

  package func type(group: String, version: String, plural: String) -> ServedType? {
    index[Path(group: group, version: version, plural: plural)].map { types[$0] }
  }

  /// Any served version of a collection.
  func type(of collection: CollectionName) -> ServedType? {
    types.first { $0.type.group == collection.group && $0.type.plural == collection.plural }
  }

  /// The type with this `apiVersion` and kind, as owner references name it.
  func type(apiVersion: String, kind: String) -> ServedType? {
    types.first { $0.type.apiVersion == apiVersion && $0.type.kind == kind }
  }

  /// The API groups with their versions, each in the order of preference.
  var groups: [(name: String, versions: [String])] {
    var names: [String] = []
    var versions: [String: [String]] = [:]
    for served in types {
      if versions[served.type.group] == nil { names.append(served.type.group) }
      if versions[served.type.group]?.contains(served.type.version) != true {
        versions[served.type.group, default: []].append(served.type.version)
      }
    }
    return names.map { ($0, (versions[$0] ?? []).sorted(by: VersionPriority.precedes)) }
  }

  func types(group: String, version: String) -> [ServedType] {
    types.filter { $0.type.group == group && $0.type.version == version }
  }
}

/// The order of API versions: GA before beta before alpha, higher numbers first (k8s.io/apimachinery/pkg/version).
enum VersionPriority {
  static func precedes(_ left: String, _ right: String) -> Bool {
    switch (rank(left), rank(right)) {
    case (let left?, let right?): left > right
    case (.some, nil): true
    case (nil, .some): false
    case (nil, nil): left < right
    }
  }

  /// (stability, major, minor) of `v1`, `v2beta3`; `nil` for names that are no versions.
  private static func rank(_ version: String) -> (Int, Int, Int)? {
    guard version.hasPrefix("v") else { return nil }
    let text = version.dropFirst()
    guard let major = Int(text.prefix(while: \.isNumber)) else { return nil }
    let rest = text.drop(while: \.isNumber)
    if rest.isEmpty { return (2, major, 0) }
    for (word, stability) in [("beta", 1), ("alpha", 0)] where rest.hasPrefix(word) {
      return Int(rest.dropFirst(word.count)).map { (stability, major, $0) }
    }
    return nil
  }
}
