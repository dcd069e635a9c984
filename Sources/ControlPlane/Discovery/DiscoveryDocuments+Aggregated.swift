import JSON
import Kubernetes

// Everything in two answers instead of one for each group and version: kubectl 1.26 (v2beta1) and 1.30 (v2) ask for it.
extension DiscoveryDocuments {
  /// The aggregated form of `/api` or `/apis`; `nil` when the client does not ask for it first.
  func aggregated(_ request: ServerRequest, _ catalog: Catalog, core: Bool) -> ServerReply? {
    for range in MediaRange.parse(request.accept) where range.isJSON {
      guard let kind = range.parameters["as"] else { return nil }
      let version = range.parameters["v"] ?? ""
      guard kind == "APIGroupDiscoveryList", range.parameters["g"] == "apidiscovery.k8s.io", ["v2", "v2beta1"].contains(version) else {
        continue
      }
      let groups = groups(catalog).filter { $0.name.isEmpty == core }
      let list: JSONValue = [
        "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"), "metadata": [:],
        "items": .array(groups.map { Self.group($0.name, $0.versions, catalog) }),
      ]
      let type = "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
      return .whole(ServerReply.Whole(contentType: type, headers: [("Vary", "Accept")], body: list.bytes()))
    }
    return nil
  }

  private static func group(_ name: String, _ versions: [String], _ catalog: Catalog) -> JSONValue {
    let metadata: JSONObject = name.isEmpty ? [:] : ["name": .string(name)]
    let entries = versions.map { version -> JSONValue in
      let resources =
        catalog.types(group: name, version: version).map(resource)
        + ReviewKinds.kinds(group: name, version: version).map { review in
          entry(review.plural, kind: review.kind, group: name, version: version, namespaced: review.namespaced, verbs: ["create"])
        }
      return ["version": .string(version), "resources": .array(resources), "freshness": "Current"]
    }
    return ["metadata": .object(metadata), "versions": .array(entries)]
  }

  private static func entry(
    _ plural: String, kind: String, group: String, version: String, namespaced: Bool, verbs: [String]
  ) -> JSONValue {
    [
      "resource": .string(plural), "responseKind": ["group": .string(group), "version": .string(version), "kind": .string(kind)],
      "scope": namespaced ? "Namespaced" : "Cluster", "singularResource": .string(kind.lowercased()), "verbs": JSONValue(verbs),
    ]
  }

  private static func resource(_ served: ServedType) -> JSONValue {
    let type = served.type
    var main = entry(
      type.plural, kind: type.kind, group: type.group, version: type.version, namespaced: type.namespaced, verbs: ServedType.verbs)
    main["singularResource"] = .string(served.singular)
    if !served.shortNames.isEmpty { main["shortNames"] = JSONValue(served.shortNames) }
    if !served.categories.isEmpty { main["categories"] = JSONValue(served.categories) }
    var subresources: [JSONValue] = []
    let verbs: JSONValue = ["get", "patch", "update"]
    if served.hasStatus {
      subresources.append([
        "subresource": "status", "verbs": verbs,
        "responseKind": ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)],
      ])
    }
    if served.hasScale {
      subresources.append([
        "subresource": "scale", "verbs": verbs, "responseKind": ["group": "autoscaling", "version": "v1", "kind": "Scale"],
      ])
    }
    if !subresources.isEmpty { main["subresources"] = .array(subresources) }
    return main
  }
}
