/// What a path names, before anything is looked up.
enum Route: Sendable, Equatable {
  case coreVersions
  case groups
  case group(String)
  case resources(group: String, version: String)
  case objects(group: String, version: String, namespace: String?, resource: String, name: String?, subresource: String?)
  /// Paths outside of /api and /apis.
  case other

  init(_ path: [String]) {
    switch (path.first, path.count) {
    case ("api", 1): self = .coreVersions
    case ("api", 2): self = .resources(group: "", version: path[1])
    case ("api", 3...): self = .objects(group: "", version: path[1], rest: Array(path[2...]))
    case ("apis", 1): self = .groups
    case ("apis", 2): self = .group(path[1])
    case ("apis", 3): self = .resources(group: path[1], version: path[2])
    case ("apis", 4...): self = .objects(group: path[1], version: path[2], rest: Array(path[3...]))
    default: self = .other
    }
  }

  /// `namespaces/NS/RESOURCE/…` is about RESOURCE; `namespaces/NS` with its own subresources is about the namespace.
  private static func objects(group: String, version: String, rest: [String]) -> Route {
    var rest = rest[...]
    var namespace: String?
    if rest.count >= 3, rest.first == "namespaces", !(rest.count == 3 && ["status", "finalize"].contains(rest[2])) {
      namespace = rest[1]
      rest = rest.dropFirst(2)
    }
    let words = Array(rest)
    guard words.count <= 3 else { return .other }
    return .objects(
      group: group, version: version, namespace: namespace, resource: words[0], name: words.count > 1 ? words[1] : nil,
      subresource: words.count > 2 ? words[2] : nil)
  }
}
