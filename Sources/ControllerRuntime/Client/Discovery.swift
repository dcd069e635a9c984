import JSON
import Kubernetes

/// What the server serves, asked one group and version at a time: works on every version of Kubernetes.
package struct Discovery: Sendable {
  private let client: Client

  package init(_ client: Client) { self.client = client }

  /// Whether objects of the type can exist: the group, the version and the resource are there.
  package func isServed(_ type: ResourceType) async throws(KubeError) -> Bool {
    try await plurals(type).contains(type.plural)
  }

  /// Those of the types that are served.
  package func served(_ types: [ResourceType]) async throws(KubeError) -> Set<ResourceType> {
    var known: [String: Set<String>] = [:]
    var served: Set<ResourceType> = []
    for type in types {
      let names: Set<String>
      if let cached = known[type.root] {
        names = cached
      } else {
        names = try await plurals(type)
        known[type.root] = names
      }
      if names.contains(type.plural) { served.insert(type) }
    }
    return served
  }

  private func plurals(_ type: ResourceType) async throws(KubeError) -> Set<String> {
    do {
      let list = try await client.send(.resources(of: type))
      return Set((list["resources"]?.array ?? []).compactMap { $0["name"]?.string })
    } catch {
      if error.isNotFound { return [] }
      throw error
    }
  }
}
