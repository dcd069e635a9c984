import JSON
import Kubernetes
import Manifests
import QoSAPI
import TestKit
import Testing

@Suite struct `A route to a data plane in another namespace` {
  @Test func `brings the grant that it needs, and takes it along when the last one goes`() async throws {
    try await OperatedCluster.with(.httpRoute, .referenceGrant) { cluster in
      let exposed = ", exposure: {type: HTTPRoute, host: chat.example, gateway: {name: g, namespace: gateways}}"
      try await cluster.apply(.modelDeployment, `An object that somebody else made`.deployment(exposed))
      try await eventually("route and grant are there", within: .seconds(60)) {
        let grant = try await cluster.get(.referenceGrant, "podium-tenant-a", namespace: "podium-system")
        let route = try await cluster.get(.httpRoute, "chat-gateway")
        return grant != nil && route != nil
      }
      let grant = try #require(try await cluster.get(.referenceGrant, "podium-tenant-a", namespace: "podium-system"))
      #expect(grant[["spec", "to"]] == [["group": "", "kind": "Service", "name": "podium"]])

      try await cluster.client.delete(.referenceGrant, grant.key)
      try await eventually("it comes back", within: .seconds(60)) {
        try await cluster.get(.referenceGrant, "podium-tenant-a", namespace: "podium-system") != nil
      }
      try await cluster.client.delete(.modelDeployment, ObjectKey(namespace: "tenant-a", name: "chat"))
      try await eventually("it goes with the last that needs it", within: .seconds(60)) {
        try await cluster.get(.referenceGrant, "podium-tenant-a", namespace: "podium-system") == nil
      }
    }
  }
}
