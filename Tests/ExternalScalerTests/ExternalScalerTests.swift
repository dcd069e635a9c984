import ExternalScaler
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Synchronization
import Testing

/// The protocol of KEDA 2.20, `pkg/scalers/externalscaler/externalscaler.proto`, spoken by gRPC's own client over loopback.
@Suite("KEDA's external scaler", .timeLimit(.minutes(2)))
struct ExternalScalerTests {
  final class Source: DemandSource {
    let known = Mutex<[String: Demand]>([:])

    func demand(namespace: String, model: String) async -> Demand? { known.withLock { $0["\(namespace)/\(model)"] } }
    func set(_ demand: Demand?) { known.withLock { $0["tenant-a/chat"] = demand } }
  }

  typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

  /// A server and a client that end with `body`.
  static func serving(_ source: Source, _ body: (Client) async throws -> Void) async throws {
    let server = ExternalScalerServer(host: "127.0.0.1", port: 0, source: source, period: .milliseconds(5))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      let port = try await server.port
      try await withGRPCClient(
        transport: .http2NIOPosix(target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext)
      ) { try await body($0) }
      server.stop()
      try await group.waitForAll()
    }
  }

  // MARK: Messages, as protoc would write them

  static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }
  static func field(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  /// `ScaledObjectRef{name = 1, namespace = 2, scalerMetadata = 3}`
  static func reference(_ metadata: [String: String], namespace: String = "tenant-a") -> [UInt8] {
    field(1, "chat") + field(2, namespace) + metadata.flatMap { field(3, field(1, $0.key) + field(2, $0.value)) }
  }
  static let metadata = ["model": "chat", "namespace": "tenant-a", "target": "16", "protected": "enterprise, gold"]

  static func call(_ method: String, _ message: [UInt8], _ client: Client) async throws -> [UInt8] {
    try await client.unary(
      request: ClientRequest(message: message),
      descriptor: MethodDescriptor(fullyQualifiedService: "externalscaler.ExternalScaler", method: method), serializer: Raw(),
      deserializer: Raw(), options: .defaults
    ) { try $0.message }
  }

  struct Raw: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] { bytes.withUnsafeBytes { Array($0) } }
  }

  /// `{metricName = 1, int64 = 2, double = 3}` inside of field 1.
  static func metric(_ amount: UInt8) -> [UInt8] {
    let double = (0..<8).map { UInt8(truncatingIfNeeded: Double(amount).bitPattern >> UInt64(8 * $0)) }
    return field(1, field(1, "podium-demand") + [2 << 3, amount] + [3 << 3 | 1] + double)
  }

  // MARK: -

  @Test func `answers what is in flight and waiting, and protected tiers twice`() async throws {
    let source = Source()
    source.set(Demand(inFlight: 7, waiting: ["enterprise": 3, "free": 5]))
    try await Self.serving(source) { client in
      let reference = Self.reference(Self.metadata)
      let reply1 = try await Self.call("IsActive", reference, client)
      #expect(reply1 == [8, 1])
      let reply2 = try await Self.call("GetMetricSpec", reference, client)
      #expect(reply2 == Self.metric(16))
      let asked = Self.field(1, reference) + Self.field(2, "s0-podium-demand")
      let reply3 = try await Self.call("GetMetrics", asked, client)
      #expect(reply3 == Self.metric(7 + 2 * 3 + 5))
      source.set(Demand(inFlight: 0, waiting: ["free": 0]))
      let reply4 = try await Self.call("IsActive", reference, client)
      #expect(reply4 == [])
    }
  }

  @Test func `tells at once when the first request waits, and when nobody does any more`() async throws {
    let source = Source()
    try await Self.serving(source) { client in
      try await client.serverStreaming(
        request: ClientRequest(message: Self.reference(Self.metadata)),
        descriptor: MethodDescriptor(fullyQualifiedService: "externalscaler.ExternalScaler", method: "StreamIsActive"), serializer: Raw(),
        deserializer: Raw(), options: .defaults
      ) { response in
        var seen: [[UInt8]] = []
        for try await message in response.messages {
          seen.append(message)
          if seen.count == 1 { source.set(Demand(inFlight: 0, waiting: ["free": 1])) }
          if seen.count == 2 { source.set(Demand(inFlight: 0, waiting: [:])) }
          if seen.count == 3 { break }
        }
        #expect(seen == [[], [8, 1], []])
      }
    }
  }

  @Test func `no knowledge is an error and not zero`() async throws {
    try await Self.serving(Source()) { client in
      await Self.fails(.notFound) { try await Self.call("GetMetrics", Self.field(1, Self.reference(Self.metadata)), client) }
    }
  }

  @Test func `nonsense is answered with what to write instead, and the next call is served`() async throws {
    let source = Source()
    source.set(Demand(inFlight: 1, waiting: [:]))
    try await Self.serving(source) { client in
      await Self.fails(.invalidArgument) { try await Self.call("GetMetricSpec", Self.reference(["model": "chat"]), client) }
      await Self.fails(.invalidArgument) { try await Self.call("IsActive", [0x0a, 0xff], client) }
      await Self.fails(.permissionDenied) { try await Self.call("IsActive", Self.reference(Self.metadata, namespace: "tenant-b"), client) }
      await Self.fails(.unimplemented) { try await Self.call("Scale", [], client) }
      let reply5 = try await Self.call("IsActive", Self.reference(Self.metadata), client)
      #expect(reply5 == [8, 1])
    }
  }

  private static func fails(_ code: RPCError.Code, _ body: () async throws -> [UInt8]) async {
    do {
      let reply = try await body()
      Issue.record("answered \(reply)")
    } catch {
      #expect((error as? RPCError)?.code == code, "\(error)")
    }
  }
}
