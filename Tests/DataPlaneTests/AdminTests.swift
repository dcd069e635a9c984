import JSON
import Scheduling
import Testing

@testable import DataPlane

@Suite struct `The admin listener` {
  private func configuration() -> DataPlaneConfiguration {
    var configuration = DataPlaneConfiguration()
    configuration.admin = AdminListener(host: "127.0.0.1", port: 0)
    return configuration
  }

  /// Status and body of an answer.
  private func ask(_ plane: TestPlane, _ path: String, port: Int? = nil) async throws -> (status: String, body: String) {
    let client = try await RawClient(port: port ?? plane.port, on: plane.group)
    client.send("GET \(path) HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n")
    await until("the answer is complete") { client.isClosed }
    let parts = client.text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(client.text.dropFirst(9).prefix(3)), parts.count > 1 ? String(parts[1]) : "")
  }

  @Test func `shows metrics and figures, which the gateway does not show beside it, and takes no request for a model`() async throws {
    try await TestPlane.run(configuration: configuration()) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let admin = try #require(plane.server.adminPort)
      for path in ["/metrics", "/figures", "/readyz", "/healthz"] { #expect(try await ask(plane, path, port: admin).status == "200") }
      for path in ["/metrics", "/figures"] { #expect(try await ask(plane, path).status == "404") }
      #expect(try await ask(plane, "/readyz").status == "200")

      let client = try await RawClient(port: admin, on: plane.group)
      client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: t\r\ncontent-length: \(chat.utf8.count)\r\n\r\n\(chat)")
      await client.receive("404 Not Found")
      let modern = try await RawClient(port: admin, on: plane.group)
      modern.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
      await modern.receive("HTTP/1.1 505")
      #expect(server.requests.isEmpty)
    }
    try await TestPlane.run { plane in
      #expect(plane.server.adminPort == nil)
      let (metrics, figures) = (try await ask(plane, "/metrics"), try await ask(plane, "/figures"))
      #expect(metrics.status == "200" && figures.status == "404")
    }
  }

  @Test func `is not ready before the first policy, and says which one is in force and why another is not`() async throws {
    try await TestPlane.run(configuration: configuration()) { plane in
      let admin = try #require(plane.server.adminPort)
      func figures() async throws -> JSONValue { try JSONValue(parsing: try await ask(plane, "/figures", port: admin).body) }
      #expect(try await ask(plane, "/readyz", port: admin).status == "503")
      #expect(try await figures()["revision"]?.string == nil)
      try plane.serve(revision: "r1")
      #expect(try await ask(plane, "/readyz", port: admin).status == "200")
      plane.server.refusal = "policy.pools[0]: is odd"
      let page = try await figures()
      #expect(page["revision"] == "r1" && page["refusal"] == "policy.pools[0]: is odd")
      #expect(try await ask(plane, "/metrics", port: admin).body.contains("qos_policy_refused{namespace=\"default\"} 1"))
      try plane.serve(revision: "r2")
      let next = try await figures()
      #expect(next["refusal"]?.string == nil && next["revision"] == "r2" && next["instance"] == page["instance"])
    }
  }

  @Test func `says what was counted, so that another process reads the same numbers`() async throws {
    try await TestPlane.run(configuration: configuration()) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      for _ in 0..<3 {
        let client = try await plane.client()
        client.send(
          "POST /v1/chat/completions HTTP/1.1\r\nhost: t\r\nx-customer-tier: premium\r\ncontent-length: \(chat.utf8.count)\r\n\r\n\(chat)")
        await client.receive("\"usage\"")
      }
      let body = try await ask(plane, "/figures", port: plane.server.adminPort).body
      let read = try #require(ProxyFigures(json: JSONValue(parsing: body)))
      let own = try await plane.server.statistics()
      #expect(read.pools.map(\.name) == ["m"] && read.pools[0].backends.count == 1)
      let tier = try #require(read.pools[0].tiers.first { $0.counted.name == "premium" }?.counted)
      let same = try #require(own.pools[0].tiers.first { $0.name == "premium" })
      #expect(tier.served == 3 && tier.served == same.served && tier.outputTokens == same.outputTokens && tier.outputTokens == 15)
      #expect(tier.endToEnd.count == 3 && tier.endToEnd.quantile(0.95) == same.endToEnd.quantile(0.95))
      #expect(tier.endToEnd.mean == same.endToEnd.mean && tier.compliance == same.compliance)
    }
  }

  @Test func `is read leniently where versions differ, and nonsense is no page`() throws {
    let page: JSONValue = [
      "instance": "a", "later": true, "pools": [["name": "m", "tiers": [["name": "gold", "served": 2, "endToEnd": ["bounds": [1]]]]]],
    ]
    let figures = try #require(ProxyFigures(json: page))
    #expect(figures.pools[0].tiers[0].counted.served == 2 && figures.pools[0].tiers[0].counted.endToEnd.count == 0)
    for nonsense: JSONValue in [[], "text", ["pools": []], ["instance": 7, "pools": []]] { #expect(ProxyFigures(json: nonsense) == nil) }
  }

  @Test func `is a section of the proxy's file, and a policy of its own is not in it`() throws {
    let file = try ProxyFile(json: ["admin": ["port": 9000]], hasPolicy: false)
    #expect(file.admin == AdminListener(host: "0.0.0.0", port: 9000) && file.policy.pools.isEmpty)
    #expect(throws: PolicyError.self) { try ProxyFile(json: ["admin": ["port": 70000]], hasPolicy: false) }
    #expect(throws: PolicyError.self) { try ProxyFile(json: ["policy": [:]], hasPolicy: false) }
    #expect(throws: PolicyError.self) { try ProxyFile(json: ["admin": ["port": 9000]]) }
  }
}
