import Foundation
import JSON
import ModelServer
import Testing

private let curl = "/usr/bin/curl"

/// The server as people reach it first: with curl.
@Suite(.timeLimit(.minutes(2)), .enabled(if: FileManager.default.isExecutableFile(atPath: curl), "there is no curl here"))
struct CurlTests {
  @Test func `curl streams a chat`() async throws {
    try await withServer { client, _ async throws in
      let output = try await run([
        "-sSN", "-H", "Content-Type: application/json", "-d",
        #"{"model":"chat","messages":[{"role":"user","content":"hi"}],"stream":true,"max_tokens":3}"#,
        "http://127.0.0.1:\(client.port)/v1/chat/completions",
      ])
      #expect(output.components(separatedBy: "\"content\":\"").count - 1 == 4, "the role and three tokens: \(output)")
      #expect(output.hasSuffix("data: [DONE]\n\n"))
    }
  }

  @Test func `A large body that waits to be asked for is asked for`() async throws {
    try await withServer({
      $0.maximumModelLength = 1_000_000
      $0.speed = 100
    }) { client, _ async throws in
      let file = FileManager.default.temporaryDirectory.appendingPathComponent("podium-\(UUID().uuidString).json")
      defer { try? FileManager.default.removeItem(at: file) }
      let prompt = String(repeating: "word ", count: 400_000)
      try #"{"model":"chat","prompt":"\#(prompt)","max_tokens":1}"#.write(to: file, atomically: true, encoding: .utf8)
      // Without the server's word curl waits for longer than it is given here.
      let output = try await run([
        "-sS", "--expect100-timeout", "60", "-H", "Expect: 100-continue", "--data-binary", "@\(file.path)", "--max-time", "50",
        "http://127.0.0.1:\(client.port)/v1/completions",
      ])
      #expect(try JSONValue(parsing: output)["usage"]?["prompt_tokens"]?.int == 500_000)
    }
  }

  private func run(_ arguments: [String]) async throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: curl)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try await Task.detached { try output.fileHandleForReading.readToEnd() ?? Data() }.value
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
