import JSON
import Kubernetes

/// What the server says about what it serves: `/api`, `/apis` and below, in the classic and the aggregated form.
struct DiscoveryDocuments: Sendable {
  /// `nil` when the route is none of discovery's, or names nothing that is served.
  func answer(_ route: Route, _ request: ServerRequest, _ catalog: Catalog) throws -> ServerReply? {
    switch route {
    case .coreVersions:
      if let aggregated = aggregated(request, catalog, core: true) { return aggregated }
      return .json([
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]],
      ])
    case .groups:
      if let aggregated = aggregated(request, catalog, core: false) { return aggregated }
      return .json([
        "kind": "APIGroupList", "apiVersion": "v1",
        "groups": .array(groups(catalog).filter { !$0.name.isEmpty }.map { Self.group($0.name, $0.versions) }),
      ])
    case .group(let name):
      guard let group = groups(catalog).first(where: { $0.name == name && !name.isEmpty }) else { throw APIError.noSuchResource }
      guard case .object(var object) = Self.group(group.name, group.versions) else { return nil }
      object["kind"] = "APIGroup"
      object["apiVersion"] = "v1"
      return .json(.object(object))
    case .resources(let group, let version):
      guard let list = resourceList(group, version, catalog) else { throw APIError.noSuchResource }
      return .json(list)
    case .objects, .other:
      return nil
    }
  }

  /// Every group with its versions, those of the review kinds too.
  func groups(_ catalog: Catalog) -> [(name: String, versions: [String])] {
    var groups = catalog.groups
    for kind in ReviewKinds.all where !groups.contains(where: { $0.name == kind.group }) {
      groups.append((kind.group, [ReviewKinds.version]))
    }
    return groups
  }

  private static func group(_ name: String, _ versions: [String]) -> JSONValue {
    func reference(_ version: String) -> JSONValue {
      ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
    }
    return [
      "name": .string(name), "versions": .array(versions.map(reference)), "preferredVersion": versions.first.map(reference) ?? .null,
    ]
  }

  private func resourceList(_ group: String, _ version: String, _ catalog: Catalog) -> JSONValue? {
    let types = catalog.types(group: group, version: version)
    let reviews = ReviewKinds.kinds(group: group, version: version)
    guard !types.isEmpty || !reviews.isEmpty else { return nil }
    let resources = types.flatMap { Self.resources($0) } + reviews.map(Self.resource)
    return [
      "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
      "resources": .array(resources),
    ]
  }

  /// A type and its subresources, as APIResource.
  private static func resources(_ served: ServedType) -> [JSONValue] {
    let type = served.type
    var main: JSONObject = [
      "name": .string(type.plural), "singularName": .string(served.singular), "namespaced": .bool(type.namespaced),
      "kind": .string(type.kind), "verbs": JSONValue(ServedType.verbs),
    ]
    if !served.shortNames.isEmpty { main["shortNames"] = JSONValue(served.shortNames) }
    if !served.categories.isEmpty { main["categories"] = JSONValue(served.categories) }
    main["storageVersionHash"] = .string(Digest.text("\(served.collection)/\(served.storageVersion)"))
    var resources: [JSONValue] = [.object(main)]
    if served.hasStatus { resources.append(subresource(type, "status", kind: type.kind)) }
    if served.hasScale {
      var scale = subresource(type, "scale", kind: "Scale")
      scale["group"] = "autoscaling"
      scale["version"] = "v1"
      resources.append(scale)
    }
    return resources
  }

  private static func subresource(_ type: ResourceType, _ name: String, kind: String) -> JSONValue {
    [
      "name": .string("\(type.plural)/\(name)"), "singularName": "", "namespaced": .bool(type.namespaced), "kind": .string(kind),
      "verbs": ["get", "patch", "update"],
    ]
  }

  private static func resource(_ review: ReviewKinds.Kind) -> JSONValue {
    [
      "name": .string(review.plural), "singularName": .string(review.kind.lowercased()), "namespaced": .bool(review.namespaced),
      "kind": .string(review.kind), "verbs": ["create"],
    ]
  }
}
