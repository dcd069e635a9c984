import Console
import JSON
import Logging
import TestKit
import Testing

@Suite("The server")
struct ServerTests {
  private func curl(_ arguments: String..., input: String? = nil) async throws -> (status: String, body: String) {
    let result = try await Command.run("curl", ["-s", "--max-time", "60", "-w", "\n%{http_code}"] + arguments, input: input)
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
  }

  @Test("It serves over a socket what the API answers")
  func serves() async throws {
    try await Sample.serving(try Sample.api()) { url in
      let reply = try await curl(
        "-d", #"{"text": "a chatbot for 10 users"}"#, "-H", "Content-Type: application/json; charset=utf-8", "\(url)/api/v1/recommend")
      #expect(reply.status == "200")
      #expect(try JSONValue(parsing: Array(reply.body.utf8))["recommended"]?["model"]?.string != nil)
    }
  }

  @Test("A body beyond the limit is refused with 400, and the server goes on", arguments: [true, false])
  func oversized(chunked: Bool) async throws {
    try await Sample.serving(try Sample.api()) { url in
      let body = #"{"text": ""# + String(repeating: "x", count: 1 << 20) + #""}"#
      let framing = chunked ? "Transfer-Encoding: chunked" : "Expect:"
      let reply = try await curl(
        "-d", "@-", "-H", "Content-Type: application/json", "-H", framing, "\(url)/api/v1/recommend", input: body)
      #expect(reply.status == "400", "\(reply.body)")
      #expect(reply.body.contains("262144 bytes"))
      #expect(try await curl("\(url)/api/v1/health").status == "200")
    }
  }

  @Test("A port that is taken is named")
  func portInUse() async throws {
    let taken = try ScriptedServer { _ in [] }
    let server = ConsoleServer(try Sample.api(), host: "127.0.0.1", port: taken.port, logger: Logger(label: "test"))
    let error = try await #require(throws: ConsoleStartError.self) { try await server.run() }
    #expect("\(error)".contains("port \(taken.port) on 127.0.0.1 is already in use"))
  }
}
