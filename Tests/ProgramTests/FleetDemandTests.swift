import ExternalScaler
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import JSON
import Synchronization
import TestKit
import Testing

@testable import podium

/// KEDA asks one operator, and callers are with all of them.
@Suite(.serialized) struct `The demand of several operators` {
  private static func page(_ instance: String, inFlight: Int, waiting: [String: Int] = [:]) -> DemandPage {
    DemandPage(instance: instance, models: ["tenant-a": ["chat": Demand(inFlight: inFlight, waiting: waiting)]])
  }

  private static func address(_ server: ScriptedServer) -> ProxyAddresses.Address { .init(host: "127.0.0.1", port: server.port) }

  @Test func `is what all of them have, as gRPC's own client hears it from any one`() async throws {
    let client = FiguresClient()
    let mine = Self.page("mine", inFlight: 3, waiting: ["free": 1])
    // Asked over the network, this process says of itself what is counted already.
    let own = try ScriptedServer { _ in [.answer(200, mine.json.text())] }
    let other = try ScriptedServer { request in
      [
        .answer(
          request.target == "/demand" ? 200 : 404, Self.page("other", inFlight: 4, waiting: ["free": 2, "enterprise": 5]).json.text())
      ]
    }
    let empty = try ScriptedServer { _ in [.answer(200, DemandPage(instance: "empty", models: [:]).json.text())] }
    let peers = [own, other, empty].map(Self.address)
    let demand = FleetDemand(client: client, own: { mine }, peers: { peers })

    let server = ExternalScalerServer(host: "127.0.0.1", port: 0, source: demand)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      let port = try await server.port
      try await withGRPCClient(
        transport: .http2NIOPosix(target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext)
      ) { grpc in
        let reply: [UInt8] = try await grpc.unary(
          request: ClientRequest(message: Self.metricsRequest),
          descriptor: MethodDescriptor(fullyQualifiedService: "externalscaler.ExternalScaler", method: "GetMetrics"), serializer: Raw(),
          deserializer: Raw(), options: .defaults
        ) { try $0.message }
        // In flight 3 + 4; waiting 1 + 2 and, as it is protected, twice 5: field 2 of the metric.
        #expect(reply.contains([2 << 3, 3 + 4 + 1 + 2 + 10]), "\(reply)")
      }
      server.stop()
      try await group.waitForAll()
    }
    #expect(await demand.demand(namespace: "tenant-a", model: "unknown") == nil)
    await client.shutdown()
    for server in [own, other, empty] { server.stop() }
  }

  @Test func `counts one that does not answer with what it said last, and one that is gone not at all`() async throws {
    let client = FiguresClient()
    let isSilent = Mutex(false)
    let other = try ScriptedServer { _ in
      isSilent.withLock { $0 } ? [.reset] : [.answer(200, Self.page("other", inFlight: 4).json.text())]
    }
    let peers = Mutex([Self.address(other)])
    let demand = FleetDemand(
      client: client, own: { Self.page("mine", inFlight: 3) }, peers: { peers.withLock { $0 } })
    #expect(await demand.demand(namespace: "tenant-a", model: "chat")?.inFlight == 7)
    isSilent.withLock { $0 = true }
    let asked = other.requests.count
    try await eventually("it was asked again") {
      #expect(await demand.demand(namespace: "tenant-a", model: "chat")?.inFlight == 7)
      return other.requests.count > asked
    }
    #expect(await demand.demand(namespace: "tenant-a", model: "chat")?.inFlight == 7)
    peers.withLock { $0 = [] }
    #expect(await demand.demand(namespace: "tenant-a", model: "chat")?.inFlight == 3)
    await client.shutdown()
    other.stop()
  }

  @Test func `forgets after half a minute who does not answer`() {
    var words = LastWords<Int>()
    let (a, b) = (ProxyAddresses.Address(host: "a", port: 1), ProxyAddresses.Address(host: "b", port: 1))
    let start = ContinuousClock.now
    #expect(words.take([a: 1, b: 2], asked: [a, b], now: start) == [1, 2])
    #expect(words.take([a: 5], asked: [a, b], now: start + .seconds(29)) == [5, 2])
    #expect(words.take([:], asked: [a, b], now: start + .seconds(31)) == [5])
    #expect(words.take([b: 3], asked: [b], now: start + .seconds(32)) == [3])
  }

  @Test func `survives being written and read`() throws {
    let page = Self.page("i", inFlight: 2, waiting: ["gold": 1, "free": 0])
    #expect(DemandPage(json: try JSONValue(parsing: page.json.text())) == page)
    #expect(DemandPage(json: ["pools": []]) == nil)
  }

  // MARK: gRPC

  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }
  private static func field(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
  /// `GetMetricsRequest{scaledObjectRef = 1, metricName = 2}`
  private static var metricsRequest: [UInt8] {
    let metadata = ["model": "chat", "target": "16", "protected": "enterprise"]
    let reference = field(1, "chat") + field(2, "tenant-a") + metadata.flatMap { field(3, field(1, $0.key) + field(2, $0.value)) }
    return field(1, reference) + field(2, "podium-demand")
  }

  struct Raw: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] { bytes.withUnsafeBytes { Array($0) } }
  }
}
