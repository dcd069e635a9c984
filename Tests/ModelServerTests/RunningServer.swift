import Foundation
import JSON
import ModelServer
import NIOCore
import NIOPosix

/// A simulator on a port of its own for the length of a test.
func withServer<Value: Sendable>(
  _ change: (inout ModelServerConfiguration) -> Void = { _ in }, _ body: (TestClient, ModelServerSimulator) async throws -> Value
) async throws -> Value {
  // A token a millisecond, whatever the batch: tests stay fast and their lengths can be computed.
  var configuration = ModelServerConfiguration(
    model: "acme/model", servedNames: ["chat"], latency: LatencyModel(base: 1, perSequence: 0, perStep: 0, perPromptToken: 0.01))
  configuration.jitter = 0
  change(&configuration)
  let simulator = ModelServerSimulator(configuration)
  let running = Task { try await simulator.run() }
  defer { running.cancel() }
  return try await body(TestClient(port: try await simulator.boundPort), simulator)
}

/// The least of an HTTP/1.1 client, on a plain socket: what is sent and what comes back are bytes.
struct TestClient: Sendable {
  let port: Int

  struct Response {
    var status: Int
    var head: String
    var body: String
    /// The connection ended before the answer did.
    var isCutOff: Bool

    var json: JSONValue? { try? JSONValue(parsing: body) }
    /// The data of each server-sent event.
    var events: [String] { body.components(separatedBy: "\n\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) } }
  }

  func get(_ path: String, headers: String = "") async throws -> Response {
    try await exchange("GET \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\(headers)\r\n")
  }

  func post(_ path: String, _ body: String, headers: String = "") async throws -> Response {
    try await exchange(
      "POST \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: application/json\r\n\(headers)"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  func chat(_ extra: String = "", model: String = "chat", content: String = "Hello there") async throws -> Response {
    try await post("/v1/chat/completions", #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(content)"}]\#(extra)}"#)
  }

  private func exchange(_ request: String) async throws -> Response {
    let bytes = try await raw(request)
    let text = String(decoding: bytes, as: UTF8.self)
    guard let separator = text.range(of: "\r\n\r\n") else { return Response(status: 0, head: text, body: "", isCutOff: true) }
    let head = String(text[..<separator.lowerBound])
    let rest = String(text[separator.upperBound...])
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    guard head.lowercased().contains("transfer-encoding: chunked") else {
      return Response(status: status, head: head, body: rest, isCutOff: false)
    }
    let (body, isWhole) = Self.joined(chunks: rest)
    return Response(status: status, head: head, body: body, isCutOff: !isWhole)
  }

  /// Sends the bytes and returns all that comes until the server closes.
  func raw(_ request: String) async throws -> [UInt8] {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request))
      var bytes: [UInt8] = []
      do {
        for try await part in inbound { bytes.append(contentsOf: part.readableBytesView) }
      } catch is IOError {
        // A reset is an end too: what came before it counts.
      }
      return bytes
    }
  }

  private static func joined(chunks text: String) -> (String, Bool) {
    var rest = Substring(text)
    var body = ""
    while let end = rest.range(of: "\r\n") {
      guard let size = Int(rest[..<end.lowerBound], radix: 16) else { return (body, false) }
      if size == 0 { return (body, true) }
      let chunk = rest[end.upperBound...].utf8.prefix(size)
      body += String(Substring(chunk))
      rest = rest[chunk.endIndex...].dropFirst(1)
    }
    return (body, false)
  }
}
