import DataPlane
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import Scheduling
import SwiftProtobuf
import Synchronization
import TestKit
import Testing

@testable import ExternalProcessor

/// Peers that are no Envoy: driven by grpc-swift, which shares nothing with our side of gRPC but HTTP/2's frames.
@Suite("A gRPC peer", .serialized)
struct PeerTests {
  private typealias Requests = RPCWriter<EnvoyProcessingRequest>
  private typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

  private func withClient<Result: Sendable>(_ gateway: Gateway, _ body: @Sendable (Client) async throws -> Result) async throws -> Result {
    try await withGRPCClient(
      transport: .http2NIOPosix(target: .ipv4(address: "127.0.0.1", port: gateway.port), transportSecurity: .plaintext)
    ) { try await body($0) }
  }

  /// Sends the messages on one stream and collects what comes, until the server or the script ends it.
  private func talk(
    _ client: Client, count: Int = .max, _ script: @escaping @Sendable (Requests) async throws -> Void
  ) async throws -> [EnvoyProcessingResponse] {
    try await client.bidirectionalStreaming(
      request: StreamingClientRequest(producer: script),
      descriptor: MethodDescriptor(fullyQualifiedService: "envoy.service.ext_proc.v3.ExternalProcessor", method: "Process"),
      serializer: ProtobufSerializer<EnvoyProcessingRequest>(), deserializer: ProtobufDeserializer<EnvoyProcessingResponse>(),
      options: .defaults
    ) { response in
      var all: [EnvoyProcessingResponse] = []
      for try await message in response.messages {
        all.append(message)
        if all.count == count { break }
      }
      return all
    }
  }

  private static func head(_ fields: [(String, String)] = [], mode: EnvoyBodySendMode = .none, ends: Bool = false) -> EnvoyProcessingRequest
  {
    var message = EnvoyProcessingRequest()
    let all = [(":method", "POST"), (":path", "/v1/chat/completions"), (":authority", "test"), (":scheme", "http")] + fields
    message.requestHeaders.headers.headers = all.map { name, value in
      var field = EnvoyHeaderValue()
      field.key = name
      field.rawValue = Data(value.utf8)
      return field
    }
    message.requestHeaders.endOfStream = ends
    message.protocolConfig.requestBodyMode = mode
    return message
  }

  private static func body(_ text: String, ends: Bool = true) -> EnvoyProcessingRequest {
    var message = EnvoyProcessingRequest()
    message.requestBody.body = Data(text.utf8)
    message.requestBody.endOfStream = ends
    return message
  }

  private static let backend = PeerTests.pool(["10.0.0.1", "10.0.0.2", "10.0.0.3"])

  private static func pool(_ hosts: [String]) -> PoolPolicy {
    var pool = Gateway.pool(ports: [])
    pool.backends = hosts.map { Backend(host: $0, port: 8000) }
    return pool
  }

  @Test("that sends nonsense gets its stream ended with a status, and the others go on")
  func nonsense() async throws {
    try await Gateway.run(policy: Gateway.policy(Self.backend)) { gateway in
      try await withClient(gateway) { client in
        let cases: [(String, RPCError.Code, [EnvoyProcessingRequest])] = [
          ("no headers first", .invalidArgument, [Self.body("{}")]),
          ("two headers", .invalidArgument, [Self.head(), Self.head()]),
          ("nothing that is known", .invalidArgument, [EnvoyProcessingRequest()]),
          ("a mode that is not served", .failedPrecondition, [Self.head(mode: .buffered)]),
          ("a message that is too large", .resourceExhausted, [Self.body(String(repeating: "x", count: 5 << 20))]),
        ]
        for (what, code, messages) in cases {
          let error = await #expect(throws: RPCError.self, "\(what)") {
            _ = try await talk(client) { writer in
              for message in messages { try await writer.write(message) }
              // The stream stays open: only the server can end it.
              try await Task.sleep(for: .seconds(60))
            }
          }
          #expect(error?.code == code, "\(what): \(error.map { "\($0)" } ?? "")")
        }
        let good = try await talk(client) { try await $0.write(Self.head()) }
        #expect(good.count == 1 && good[0].requestHeaders.response.clearRouteCache_p)
        try await eventually("nothing is left of them") { try await gateway.load == (0, 0) }
      }
    }
  }

  @Test("that asks for a method that does not exist, or sends no protobuf, is told so")
  func unknown() async throws {
    try await Gateway.run(policy: Gateway.policy(Self.backend)) { gateway in
      try await withClient(gateway) { client in
        for (method, code) in [("List", RPCError.Code.unimplemented), ("Check", .notFound)] {
          let error = await #expect(throws: RPCError.self) { _ = try await health(client, "no such service", method: method) }
          #expect(error?.code == code)
        }
      }
    }
  }

  private func health(_ client: Client, _ service: String, method: String = "Check") async throws -> EnvoyHealthCheckResponse.ServingStatus
  {
    var question = EnvoyHealthCheckRequest()
    question.service = service
    return try await client.unary(
      request: ClientRequest(message: question),
      descriptor: MethodDescriptor(fullyQualifiedService: "grpc.health.v1.Health", method: method),
      serializer: ProtobufSerializer<EnvoyHealthCheckRequest>(), deserializer: ProtobufDeserializer<EnvoyHealthCheckResponse>(),
      options: .defaults
    ) { try $0.message.status }
  }

  @Test("that probes health hears of readiness by every name, and of life by one")
  func health() async throws {
    try await Gateway.run(policy: Gateway.policy(Self.backend), limits: { $0.lameDuck = .seconds(60) }) { gateway in
      try await withClient(gateway) { client in
        let names = ["", "readiness", "liveness", "envoy.service.ext_proc.v3.ExternalProcessor", "inference-extension"]
        for name in names { #expect(try await health(client, name) == .serving, "\(name)") }
        // On its way out it is alive, and takes no more than what is there.
        let leaving = Task { await gateway.plane.shutdown(lameDuck: .seconds(5), drain: .zero) }
        try await eventually("readiness is taken back") { try await health(client, "readiness") == .notServing }
        #expect(try await health(client, "liveness") == .serving)
        await leaving.value
      }
    }
  }

  @Test("that watches health hears of every change, and is sent elsewhere when the process ends")
  func watch() async throws {
    // Without a policy nothing is served yet.
    try await Gateway.run(policy: nil, limits: { $0.lameDuck = .seconds(60) }) { gateway in
      try await withClient(gateway) { client in
        let heard = Heard()
        let names = ["readiness", "liveness", "somebody else"]
        @Sendable func expect(_ wanted: [String: [EnvoyHealthCheckResponse.ServingStatus]]) async throws {
          try await eventually("it is said: \(wanted)") { heard.statuses.withLock { $0 } == wanted }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
          for name in names {
            group.addTask {
              do {
                try await watch(client, name) { status in heard.statuses.withLock { $0[name, default: []].append(status) } }
              } catch let error as RPCError {
                heard.ends.withLock { $0[name] = error.code }
              }
            }
          }
          try await expect(["readiness": [.notServing], "liveness": [.serving], "somebody else": [.serviceUnknown]])
          try gateway.plane.apply(Gateway.policy(Self.backend))
          try await expect(["readiness": [.notServing, .serving], "liveness": [.serving], "somebody else": [.serviceUnknown]])
          // The same again is no news.
          try gateway.plane.apply(Gateway.policy(Self.backend))
          await gateway.plane.shutdown(lameDuck: .milliseconds(200), drain: .seconds(30))
          try await group.waitForAll()
        }
        try await expect(["readiness": [.notServing, .serving, .notServing], "liveness": [.serving], "somebody else": [.serviceUnknown]])
        #expect(heard.ends.withLock { $0 } == ["readiness": .unavailable, "liveness": .unavailable, "somebody else": .unavailable])
      }
    }
  }

  private final class Heard: Sendable {
    let statuses = Mutex<[String: [EnvoyHealthCheckResponse.ServingStatus]]>([:])
    let ends = Mutex<[String: RPCError.Code]>([:])
  }

  private func watch(
    _ client: Client, _ service: String, _ hear: @escaping @Sendable (EnvoyHealthCheckResponse.ServingStatus) -> Void
  ) async throws {
    var question = EnvoyHealthCheckRequest()
    question.service = service
    try await client.serverStreaming(
      request: ClientRequest(message: question),
      descriptor: MethodDescriptor(fullyQualifiedService: "grpc.health.v1.Health", method: "Watch"),
      serializer: ProtobufSerializer<EnvoyHealthCheckRequest>(), deserializer: ProtobufDeserializer<EnvoyHealthCheckResponse>(),
      options: .defaults
    ) { response in for try await message in response.messages { hear(message.status) } }
  }

  @Test("hears the endpoint in a header and in metadata, with others behind it, and only of the subset that it allows")
  func endpoints() async throws {
    try await Gateway.run(policy: Gateway.policy(Self.backend)) { gateway in
      try await withClient(gateway) { client in
        func ask(_ subset: [String]?) async throws -> EnvoyProcessingResponse {
          var head = Self.head()
          if let subset {
            var hint = Google_Protobuf_Struct()
            hint.fields["x-gateway-destination-endpoint-subset"] = Google_Protobuf_Value(
              listValue: Google_Protobuf_ListValue(values: subset.map { Google_Protobuf_Value(stringValue: $0) }))
            head.metadataContext.filterMetadata["envoy.lb.subset_hint"] = hint
          }
          let message = head
          return try #require(try await talk(client) { try await $0.write(message) }.first)
        }
        let any = try await ask(nil)
        let header = try #require(any.requestHeaders.response.headerMutation.setHeaders.first)
        let destination = String(decoding: header.header.rawValue, as: UTF8.self)
        #expect(header.header.key == "x-gateway-destination-endpoint" && header.header.value.isEmpty)
        #expect(Set(destination.split(separator: ",")) == ["10.0.0.1:8000", "10.0.0.2:8000", "10.0.0.3:8000"])
        let metadata = any.dynamicMetadata.fields["envoy.lb"]?.structValue.fields["x-gateway-destination-endpoint"]?.stringValue
        #expect(metadata == destination)

        for wanted in ["10.0.0.1:8000", "10.0.0.2:8000", "10.0.0.3:8000"] {
          let one = try await ask([wanted])
          #expect(one.dynamicMetadata.fields["envoy.lb"]?.structValue.fields["x-gateway-destination-endpoint"]?.stringValue == wanted)
        }
        for nobody in [["10.0.0.9:8000"], []] {
          let none = try await ask(nobody)
          #expect(none.immediateResponse.status.code == 503 && none.immediateResponse.details == "no_backend")
        }
      }
    }
  }

  @Test("gets a body back as the model servers are to read it, in chunks, after the headers")
  func bodies() async throws {
    var pool = Self.backend
    pool.servedModel = "org/real-name"
    try await Gateway.run(policy: Gateway.policy(pool), limits: { $0.limits.bodyBytes = 1 << 20 }) { gateway in
      try await withClient(gateway) { client in
        let prompt = String(repeating: "all work and no play ", count: 10_000)
        let parts = [#"{"model":"m","prompt":""#, prompt, #""}"#]
        let replies = try await talk(client) { writer in
          try await writer.write(Self.head([("x-customer-tier", "premium")], mode: .fullDuplexStreamed))
          for part in parts { try await writer.write(Self.body(part, ends: false)) }
          try await writer.write(Self.body("", ends: true))
        }
        #expect(replies[0].requestHeaders.response.headerMutation.removeHeaders == ["x-customer-tier"])
        let chunks = replies.dropFirst().map(\.requestBody.response.bodyMutation.streamedResponse)
        #expect(chunks.count == 4 && chunks.allSatisfy { $0.body.count <= 62_000 })
        #expect(chunks.map(\.endOfStream) == [false, false, false, true])
        #expect(String(decoding: chunks.flatMap { $0.body }, as: UTF8.self) == #"{"model":"org/real-name","prompt":"\#(prompt)"}"#)

        let large = try await talk(client, count: 1) { writer in
          try await writer.write(Self.head(mode: .fullDuplexStreamed))
          for _ in 0..<11 { try await writer.write(Self.body(String(repeating: "x", count: 100_000), ends: false)) }
        }
        #expect(large[0].immediateResponse.status.code == 413)
        let malformed = try await talk(client, count: 1) { writer in
          try await writer.write(Self.head(mode: .fullDuplexStreamed))
          try await writer.write(Self.body("{\"model\":"))
        }
        #expect(malformed[0].immediateResponse.status.code == 400)
        #expect(String(decoding: malformed[0].immediateResponse.body, as: UTF8.self).contains("invalid_json"))
      }
    }
  }

  @Test("that resets a thousand streams at once keeps its connection, and the streams that wait")
  func resets() async throws {
    try await Gateway.run(policy: Gateway.policy(Self.pool(["10.0.0.1"]))) { gateway in
      try await withClient(gateway) { client in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<1000 {
            group.addTask {
              _ = try? await talk(client) { writer in
                try await writer.write(Self.head())
                try await Task.sleep(for: .seconds(300))
              }
            }
          }
          try await eventually("all wait or run", within: .seconds(60)) { try await gateway.load == (996, 4) }
          group.cancelAll()
        }
        try await eventually("all are forgotten", within: .seconds(60)) { try await gateway.load == (0, 0) }
        #expect(try await talk(client) { try await $0.write(Self.head()) }.count == 1)
        #expect(try await gateway.plane.statistics().clientConnections == 1)
      }
    }
  }
}
