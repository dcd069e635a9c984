import ControllerRuntime
import JSON
import Kubernetes
import Synchronization
import Testing

@Suite struct ClientTests {
  private static let quick = RetryPolicy(backoff: Backoff(base: .milliseconds(1), maximum: .milliseconds(2)))

  /// Replies in turn, the last one for ever.
  private func client(_ replies: [FakeTransport.Reply]) -> (Client, FakeTransport) {
    let next = Mutex(0)
    let transport = FakeTransport { _ in
      next.withLock { next in
        defer { next += 1 }
        return replies[min(next, replies.count - 1)]
      }
    }
    return (Client(transport, retry: Self.quick), transport)
  }

  @Test(
    "What may be repeated is repeated through passing trouble",
    arguments: [
      .json(.status(503, "ServiceUnavailable"), status: 503),
      .json(.status(429, "TooManyRequests"), status: 429, retryAfter: .milliseconds(1)),
      .json(.status(500, "InternalError"), status: 500), .failure(TransportError(.timeout, "late")),
      .failure(TransportError(.interrupted, "reset")),
    ] as [FakeTransport.Reply])
  func retries(trouble: FakeTransport.Reply) async throws {
    let (client, transport) = client([trouble, trouble, .json(Widget.object("a").json)])
    #expect(try await client.get(Widget.type, Widget.key("a")).name == "a")
    #expect(transport.requests.count == 3)
  }

  @Test("Three times is enough")
  func givesUp() async throws {
    let (client, transport) = client([.json(.status(500, "InternalError"), status: 500)])
    let error = await #expect(throws: KubeError.self) { try await client.apply(Widget.type, Widget.object("a"), manager: "m") }
    #expect(error?.status?.code == 500)
    #expect(transport.requests.count == 3)
  }

  @Test(
    "What may not be repeated, or would fail again, is sent once",
    arguments: [
      .json(.status(409, "Conflict"), status: 409), .json(.status(422, "Invalid"), status: 422),
      .json(.status(410, "Expired"), status: 410),
      .failure(TransportError(.tls, "wrong certificate")), .bytes("not JSON"),
    ] as [FakeTransport.Reply])
  func once(reply: FakeTransport.Reply) async throws {
    let (client, transport) = client([reply])
    await #expect(throws: KubeError.self) { try await client.get(Widget.type, Widget.key("a")) }
    #expect(transport.requests.count == 1)
  }

  @Test("Creating is never repeated")
  func create() async throws {
    let (client, transport) = client([.failure(TransportError(.interrupted, "reset"))])
    await #expect(throws: KubeError.self) { try await client.create(Widget.type, Widget.object("a")) }
    #expect(transport.requests.count == 1)
  }

  @Test("A list is read page by page, and again from the start when its version has expired")
  func pages() async throws {
    let one = Widget.list([Widget.object("a")], version: "1", token: "t1")
    let two = Widget.list([Widget.object("b")], version: "1")
    let (client, transport) = client([.json(one), .json(.status(410, "Expired"), status: 410), .json(one), .json(two)])
    #expect(try await client.list(Widget.type).map(\.name) == ["a", "b"])
    #expect(transport.requests.map { $0.parameter("continue") } == [nil, "t1", nil, "t1"])
  }

  @Test("What is gone counts as deleted, and so does a name that something else has now")
  func delete() async throws {
    try await client([.json(.status(404, "NotFound"), status: 404)]).0.delete(Widget.type, Widget.key("a"))
    try await client([.json(.status(409, "Conflict"), status: 409)]).0.delete(Widget.type, Widget.key("a"), uid: "u")
    await #expect(throws: KubeError.self) {
      try await client([.json(.status(409, "Conflict"), status: 409)]).0.delete(Widget.type, Widget.key("a"))
    }
  }

  @Test("An answer of something that is no API server is quoted")
  func strangeAnswer() async throws {
    let (client, _) = client([.bytes("<html>Login</html>", status: 403)])
    let error = await #expect(throws: KubeError.self) { try await client.get(Widget.type, Widget.key("a")) }
    #expect(error?.description.contains("<html>Login") == true)
    #expect(error?.status?.code == 403)
  }

  @Test("A cancelled call says so and is not repeated")
  func cancelled() async throws {
    let (client, transport) = client([.silence])
    let task = Task { try await client.get(Widget.type, Widget.key("a")) }
    while transport.requests.isEmpty { await Task.yield() }
    task.cancel()
    let result = await task.result
    #expect(throws: KubeError.cancelled) { try result.get() }
    #expect(transport.requests.count == 1)
  }

  @Test("Discovery asks once per group and version, and an unknown group serves nothing")
  func discovery() async throws {
    let other = ResourceType(group: "podium.test", version: "v1", kind: "Gadget", plural: "gadgets")
    let absent = ResourceType(group: "absent.test", version: "v1", kind: "X", plural: "xs")
    let transport = FakeTransport { request in
      request.path == "/apis/podium.test/v1"
        ? .json(["resources": [["name": "widgets"], ["name": "widgets/status"]]]) : .json(.status(404, "NotFound"), status: 404)
    }
    #expect(try await Discovery(Client(transport)).served([Widget.type, other, absent]) == [Widget.type])
    #expect(transport.requests.count == 2)
  }

  @Test("Writes pass the gate at its rate, reads do not wait")
  func gate() async throws {
    let transport = FakeTransport { _ in .json(Widget.object("a").json) }
    let client = Client(transport, gate: RateGate(rate: 50, burst: 1))
    let start = ContinuousClock.now
    for _ in 0..<6 { try await client.apply(Widget.type, Widget.object("a"), manager: "m") }
    #expect(ContinuousClock.now - start >= .milliseconds(95))
  }
}
