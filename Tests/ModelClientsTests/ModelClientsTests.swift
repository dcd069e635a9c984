import JSON
import Routing
import Scheduling
import TestKit
import Testing

@testable import ModelClients

@Suite struct `A model's server` {
  /// Of all tests; lives as long as they.
  private static let connections = ModelConnections()

  private func openAI(_ server: ScriptedServer, key: String? = nil) -> OpenAIModelClient {
    Self.connections.openAI("\(server.url)/v1/", key: key)
  }

  private static let chat = """
    {"choices": [{"message": {"role": "assistant", "content": "Hello!"}}], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}
    """

  @Test func `that speaks OpenAI's API is asked in its words`() async throws {
    let server = try ScriptedServer { _ in [.answer(200, Self.chat)] }
    let answer = try await openAI(server, key: "sk-1").ask(
      ModelCall(model: "m", task: .code, prompt: "Say \"hello\"", maxTokens: 5, temperature: 0.5))
    #expect(answer == ModelAnswer(text: "Hello!", promptTokens: 9, answerTokens: 2))
    let request = try #require(server.requests.first)
    #expect(request.method == "POST" && request.target == "/v1/chat/completions" && request.headers["authorization"] == "Bearer sk-1")
    let body = try JSONValue(parsing: request.body)
    #expect(
      body == [
        "model": "m", "messages": [["role": "user", "content": "Say \"hello\""]], "max_tokens": 5, "temperature": .double(0.5),
      ])
  }

  @Test func `gives embeddings as numbers`() async throws {
    let openAI = try ScriptedServer { _ in [.answer(200, #"{"data": [{"embedding": [0.5, -1]}], "usage": {"prompt_tokens": 3}}"#)] }
    let call = ModelCall(model: "e", task: .embedding, prompt: "text")
    let first = try await self.openAI(openAI).ask(call)
    #expect(first == ModelAnswer(text: "[0.5,-1]", promptTokens: 3))
    let ollama = try ScriptedServer { _ in [.answer(200, #"{"embeddings": [[0.5, -1]], "prompt_eval_count": 3}"#)] }
    let second = try await Self.connections.ollama(ollama.url).ask(call)
    #expect(second == ModelAnswer(text: "[0.5,-1]", promptTokens: 3))
    #expect(openAI.requests.map(\.target) == ["/v1/embeddings"] && ollama.requests.map(\.target) == ["/api/embed"])
  }

  @Test func `that speaks Ollama's API is asked in its words, and tells what it has on disk and in memory`() async throws {
    let server = try ScriptedServer { request in
      switch request.target {
      case "/api/chat": [.answer(200, #"{"message": {"content": "Hi"}, "prompt_eval_count": 4, "eval_count": 1}"#)]
      case "/api/tags": [.answer(200, #"{"models": [{"name": "llama3:latest", "size": 4000}, {"name": "phi:2b", "size": 2000}]}"#)]
      default: [.answer(200, #"{"models": [{"name": "phi:2b", "size": 2500, "size_vram": 500}]}"#)]
      }
    }
    let client = Self.connections.ollama(server.url)
    let answer = try await client.ask(ModelCall(model: "phi:2b", task: .completion, prompt: "Hello", maxTokens: 7))
    #expect(answer == ModelAnswer(text: "Hi", promptTokens: 4, answerTokens: 1))
    let body = try JSONValue(parsing: #require(server.requests.first?.body))
    #expect(
      body == [
        "model": "phi:2b", "messages": [["role": "user", "content": "Hello"]], "stream": false, "options": ["num_predict": 7],
      ])
    let look = await client.look(within: .seconds(20))
    #expect(look.isThere && look.ollama?.isInstalled("llama3") == true && look.ollama?.isRunning("llama3") == false)
    #expect(look.ollama?.running.first?.hostBytes == 2000)
  }

  @Test(arguments: [
    (429, AttemptFailure.overloaded), (503, .backend(.status5xx)), (500, .backend(.status5xx)), (401, .refused(status: 401)),
    (400, .refused(status: 400)), (302, .backend(.status5xx)),
  ])
  func `that says no tells who is asked next`(status: Int, failure: AttemptFailure) async throws {
    let server = try ScriptedServer { _ in
      [.answer(status, #"{"error": {"message": "no such luck"}}"#, headers: ["Retry-After: 7", "Location: http://127.0.0.1:1/"])]
    }
    let client = openAI(server)
    let thrown = await #expect(throws: ModelCallError.self) {
      try await client.ask(ModelCall(model: "m", task: .completion, prompt: "x"))
    }
    let error = try #require(thrown)
    #expect(error.failure == failure && "\(error)".contains("no such luck"))
    #expect(error.retryAfter == ([429, 503].contains(status) ? .seconds(7) : nil))
    #expect(server.requests.count == 1)
  }

  @Test func `that is away, breaks off, is silent or talks nonsense is told apart`() async throws {
    var call = ModelCall(model: "m", task: .completion, prompt: "x", timeout: .seconds(20))
    let away = Self.connections.openAI("http://127.0.0.1:\(try ephemeralPort())/v1")
    #expect(await failure(away, call) == .backend(.connect))
    let scripts: [(ScriptedServer.Script, FailureKind)] = [
      ({ _ in [.reset] }, .reset), ({ _ in [.answer(200, "<html>")] }, .status5xx),
      ({ _ in [.answer(200, #"{"choices": []}"#)] }, .status5xx),
      ({ _ in [.open, .flood(20 << 20)] }, .status5xx),
    ]
    for (script, kind) in scripts {
      let server = try ScriptedServer(script)
      #expect(await failure(openAI(server), call) == .backend(kind))
    }
    let silent = try ScriptedServer { _ in [.stall] }
    call.timeout = .milliseconds(200)
    #expect(await failure(openAI(silent), call) == .backend(.timeout))
  }

  @Test func `is left alone when the caller goes away`() async throws {
    let server = try ScriptedServer { _ in [.stall] }
    let client = openAI(server)
    let asking = Task { await failure(client, ModelCall(model: "m", task: .completion, prompt: "x")) }
    try await eventually("it is asked", within: .seconds(20)) { !server.requests.isEmpty }
    asking.cancel()
    #expect(await asking.value == .cancelled)
    try await eventually("the connection is closed", within: .seconds(20)) { server.openCount == 0 }
  }

  @Test func `shows no key and no prompt in an error`() async throws {
    let server = try ScriptedServer { _ in [.answer(401, #"{"error": "bad key"}"#)] }
    let client = openAI(server, key: "sk-hush")
    let error = await #expect(throws: ModelCallError.self) {
      try await client.ask(ModelCall(model: "m", task: .completion, prompt: "private words"))
    }
    let text = String(reflecting: error)
    #expect(text.contains("bad key") && !text.contains("hush") && !text.contains("private words"))
  }

  /// `nil` for an answer.
  private func failure(_ client: OpenAIModelClient, _ call: ModelCall) async -> AttemptFailure? {
    do throws(ModelCallError) {
      _ = try await client.ask(call)
      return nil
    } catch {
      return error.failure
    }
  }
}
