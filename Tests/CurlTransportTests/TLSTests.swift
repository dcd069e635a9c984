import ControllerRuntime
import CurlTransport
import Foundation
import JSON
import Kubernetes
import TestKit
import Testing

/// HTTP/2 over TLS with a real kube-apiserver: connections, streams, back-pressure.
@Suite("TLS: connections", .enabled(if: RealControlPlane.isAvailable, "hack/kube-apiserver build has not run"))
struct TLSTests {
  /// Watches the config maps of a namespace and says when the first event is there, then reads on until cancelled.
  private func watch(_ transport: CurlTransport, _ namespace: String, from version: String, _ arrived: Counter) async throws {
    let request = APIRequest.watch(TLSWorld.configMaps, Selection(namespace: namespace), from: version, timeout: .seconds(300))
    try await transport.stream(request) { head, source in
      #expect(head.status == 200)
      var lines = LineBuffer()
      while let bytes = try await source.next() { for _ in try lines.feed(bytes) { await arrived.increment() } }
    }
  }

  private actor Counter {
    private(set) var count = 0

    func increment() { count += 1 }
  }

  @Test("Requests and watches that start together share one connection, and cancelled watches leave it open")
  func oneConnection() async throws {
    let world = try await TLSWorld()
    let relay = try Relay(to: try world.port)
    let transport = TLSWorld.transport(world.admin(through: relay))
    let namespace = try await world.namespace()
    let client = Client(TLSWorld.transport(world.admin))
    let first = try await client.create(TLSWorld.configMaps, TLSWorld.configMap(namespace, "first"))
    let version = try #require(first.resourceVersion)
    let seen = Counter()
    let watches = (0..<24).map { _ in Task { try await watch(transport, namespace, from: version, seen) } }
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<20 { group.addTask { try await transport.send(TLSWorld.whoAmI).head.status } }
      for try await status in group { #expect(status == 200) }
    }
    try await client.create(TLSWorld.configMaps, TLSWorld.configMap(namespace, "second"))
    try await eventually("every watch has seen the second", within: .seconds(120)) { await seen.count == 24 }
    for watch in watches.dropFirst(2) { watch.cancel() }
    for watch in watches.dropFirst(2) { await #expect(throws: CancellationError.self) { try await watch.value } }
    #expect(try await transport.send(TLSWorld.whoAmI).head.status == 200)
    try await client.create(TLSWorld.configMaps, TLSWorld.configMap(namespace, "third"))
    try await eventually("the watches that are left have seen the third", within: .seconds(120)) { await seen.count == 26 }
    #expect(transport.connectionsOpened == 1)
    #expect(relay.connectionCount == 1)
    for watch in watches { watch.cancel() }
  }

  @Test("A watch whose reader stands still holds up nobody else on the connection, and loses nothing")
  func backPressure() async throws {
    let world = try await TLSWorld()
    var limits = TLSWorld.patient
    limits.highWater = 64 << 10
    limits.deadline = .seconds(60)
    let relay = try Relay(to: try world.port)
    let transport = TLSWorld.transport(world.admin(through: relay), limits: limits)
    let namespace = try await world.namespace()
    let client = Client(transport, retry: .never)
    let text = String(repeating: "0123456789abcdef", count: 50 << 10)
    let first = try await client.create(TLSWorld.configMaps, TLSWorld.configMap(namespace, "large"))
    let request = APIRequest.watch(
      TLSWorld.configMaps, Selection(namespace: namespace), from: try #require(first.resourceVersion), timeout: .seconds(300))
    let count = 12
    try await transport.stream(request) { _, source in
      for number in 0..<count {
        try await client.apply(TLSWorld.configMaps, TLSWorld.configMap(namespace, "large", text + String(number)), manager: "test")
      }
      #expect(try await client.list(TLSWorld.configMaps, Selection(namespace: namespace)).count == 1)
      var lines = LineBuffer()
      var endings: [String] = []
      while endings.count < count, let bytes = try await source.next() {
        for line in try lines.feed(bytes) {
          let text = try JSONValue(parsing: line)[["object", "data", "text"]]?.string ?? ""
          endings.append(String(text.dropFirst(800 << 10)))
        }
      }
      #expect(endings == (0..<count).map(String.init))
    }
    #expect(relay.connectionCount == 1)
  }

  @Test("Lists come compressed")
  func gzip() async throws {
    let world = try await TLSWorld()
    let namespace = try await world.namespace()
    let relay = try Relay(to: try world.port)
    let transport = TLSWorld.transport(world.admin(through: relay))
    let client = Client(TLSWorld.transport(world.admin))
    let text = String(repeating: "compress me ", count: 20_000)
    for name in ["a", "b"] { try await client.create(TLSWorld.configMaps, TLSWorld.configMap(namespace, name, text)) }
    let response = try await transport.send(.list(TLSWorld.configMaps, Selection(namespace: namespace)))
    let items = try JSONValue(parsing: response.body)["items"]?.array ?? []
    #expect(items.map { $0[["data", "text"]]?.string } == [text, text])
    #expect(relay.bytesFromServer < response.body.count / 4, "\(relay.bytesFromServer) bytes for \(response.body.count)")
  }

  @Test("A connection that no longer answers is noticed and dropped: what was under way is interrupted, and what follows works")
  func canary() async throws {
    let world = try await TLSWorld()
    let relay = try Relay(to: try world.port)
    let transport = TLSWorld.transport(world.admin(through: relay))
    let namespace = try await world.namespace()
    let canary = Task { try await transport.watchOver(interval: .milliseconds(200), patience: .seconds(2)) }
    defer { canary.cancel() }
    let request = APIRequest.watch(TLSWorld.configMaps, Selection(namespace: namespace), from: "0", timeout: .seconds(300))
    let error = await #expect(throws: TransportError.self) {
      try await transport.stream(request) { head, source in
        #expect(head.status == 200)
        relay.freeze()
        await expectInterruption(transport)
        _ = try await source.next()
      }
    }
    #expect(error?.kind == .interrupted, "\(String(describing: error))")
    let start = ContinuousClock.now
    #expect(try await transport.send(TLSWorld.whoAmI).head.status == 200)
    #expect(start.duration(to: .now) < .seconds(50), "the engine slept through the request, until its next look after a minute")
    #expect(relay.connectionCount >= 2)
  }

  private func expectInterruption(_ transport: CurlTransport) async {
    let error = await #expect(throws: TransportError.self) { try await transport.send(TLSWorld.whoAmI) }
    #expect(error?.kind == .interrupted && error?.isTransient == true, "\(String(describing: error))")
  }

  @Test("While the server answers the canary leaves the connection alone, and it ends with the transport")
  func canaryOfHealthy() async throws {
    let world = try await TLSWorld()
    let relay = try Relay(to: try world.port)
    let transport = TLSWorld.transport(world.admin(through: relay))
    let canary = Task { try await transport.watchOver(interval: .milliseconds(5), patience: .seconds(60)) }
    for _ in 0..<20 { #expect(try await transport.send(TLSWorld.whoAmI).head.status == 200) }
    #expect(relay.connectionCount == 1)
    transport.shutdown()
    try await canary.value
  }

  @Test("A connection that is lost in the handshake may be tried again")
  func brokenHandshake() async throws {
    let relay = try Relay(to: nil)
    let transport = TLSWorld.transport(ClusterConnection(server: "https://127.0.0.1:\(relay.port)"))
    let error = await #expect(throws: TransportError.self) { try await transport.send(TLSWorld.whoAmI) }
    #expect(error?.kind == .unreachable && error?.isTransient == true, "\(String(describing: error))")
  }
}
