import Console
import JSON
import Routing
import TestKit
import Testing

@Suite("Choosing a model over the API")
struct SelectModelTests {
  static let path = "/api/v1/ai/select-model"

  static func api(_ live: LiveFacts) throws -> ConsoleAPI {
    var resources = try Sample.resources()
    resources.orchestrator = try Sample.orchestrator(live: live)
    return ConsoleAPI(resources)
  }

  @Test("The published test passes as it is written")
  func published() async throws {
    let body = #"{"taskType": "completion", "requirements": {"complexity": "moderate", "priority": "normal"}}"#
    let reply = try await Sample.api().post(Self.path, body)
    #expect(reply.status == 200)
    #expect(reply.json["selectedModel"]?.string?.isEmpty == false && reply.json["requestId"] == "request-1")
  }

  @Test("The answer has every published field, and the reasons")
  func fields() async throws {
    let reply = try await Sample.api().post(Self.path, #"{"taskType": "reasoning", "requirements": {"complexity": "complex"}}"#)
    let json = reply.json
    #expect(json["taskType"] == "reasoning" && json["fallbackUsed"] == false && json["degraded"] == false)
    #expect(json["systemMetrics"] == ["memoryPressure": 0.25, "availableMemoryGb": 12, "cpuUsage": .null])
    #expect(json["modelInfo"] == ["capabilities": ["chat", "json", "tools"], "speed": "fast", "quality_tier": "good"])
    #expect(json["selectedModel"] == "llama-3.1-8b-instruct" && json["alternatives"] == ["llama-3.1-nemotron-51b-instruct"])
    #expect(json["candidates"]?[0]?["model"] == json["selectedModel"] && json["candidates"]?[0]?["backend"] == "pool chat-llama")
    #expect(json["candidates"]?[0]?["latencyMeasured"] == false)
    #expect(json["reasons"]?[0]?.string?.hasPrefix("llama-3.1-8b-instruct scores") == true)
    #expect(json["rejected"]?.array?.compactMap { $0["model"]?.string } == ["gemma-2-9b-it", "nomic-embed-text"])
    #expect(json["rejected"]?[0]?["sentence"] == "gemma-2-9b-it is not listed for reasoning.")
  }

  @Test("A quality that nobody has is degraded, and that is said")
  func degraded() async throws {
    let reply = try await Sample.api().post(Self.path, #"{"taskType": "code", "requirements": {"qualityRequirement": "exceptional"}}"#)
    #expect(reply.status == 200 && reply.json["degraded"] == true && reply.json["fallbackUsed"] == true)
    #expect(reply.json["selectedModel"] == "llama-3.1-nemotron-51b-instruct")
    #expect(reply.json["relaxed"] == [["what": "quality", "needed": "exceptional", "has": "high"]])
  }

  @Test("A model in place of a better one says so")
  func insteadOf() async throws {
    var live = LiveFacts(backends: Array(repeating: LiveBackend(), count: 5))
    live.backends[1].health = .unhealthy
    live.backends[2].health = .unhealthy
    let reply = try await Self.api(live).post(Self.path, #"{"taskType": "reasoning"}"#)
    #expect(reply.json["selectedModel"] == "llama-3.1-nemotron-51b-instruct" && reply.json["insteadOf"] == "llama-3.1-8b-instruct")
    #expect(reply.json["fallbackUsed"] == true && reply.json["degraded"] == false)
  }

  @Test("What nobody can do at the moment is 503, what nobody can do at all is 409, each with the reasons")
  func nobody() async throws {
    let full = LiveFacts(host: LiveHost(memoryPressure: 0.5, roomBytes: 0))
    let reply = try await Self.api(full).post(Self.path, #"{"taskType": "embedding"}"#)
    #expect(reply.status == 503 && reply.json["title"] == "NoModelAvailable")
    #expect(reply.json["errors"]?[0]?["message"] == "nomic-embed-text needs 0.6 GB of memory; there is room for 0 GB.")
    let never = try await Sample.api().post(Self.path, #"{"taskType": "code", "requirements": {"capabilities": ["telepathy"]}}"#)
    #expect(never.status == 409 && never.json["title"] == "Contradiction")
    #expect(never.json["errors"]?.array?.count == 4)
  }

  @Test("Models that the caller excludes and rules of the operator are heeded")
  func excluded() async throws {
    let body = #"{"taskType": "reasoning", "exclude": ["llama-3.1-8b-instruct", "unheard-of"]}"#
    #expect(try await Sample.api().post(Self.path, body).json["selectedModel"] == "llama-3.1-nemotron-51b-instruct")
    let bank = try await Sample.api().post(Self.path, #"{"taskType": "reasoning", "tenant": "bank"}"#)
    let reasons = bank.json["rejected"]?.array?.map { $0["reason"] }
    #expect(reasons?.contains("Rule") == true)
  }

  @Test(
    "What is wrong is told with its field",
    arguments: [
      (#"{}"#, "taskType"), (#"{"taskType": "singing"}"#, "taskType"),
      (#"{"taskType": "code", "requirements": {"complexity": "hard"}}"#, "requirements.complexity"),
      (#"{"taskType": "code", "requirements": {"maxTokens": 0}}"#, "requirements.maxTokens"),
      (#"{"taskType": "code", "requirements": {"costLimit": "cheap"}}"#, "requirements.costLimit"),
      (#"{"taskType": "code", "requirements": {"costlimit": 1}}"#, "requirements.costlimit"),
      (#"{"taskType": "code", "requirements": []}"#, "requirements"), (#"{"taskType": "code", "tenant": 5}"#, "tenant"),
    ])
  func mistakes(body: String, field: String) async throws {
    let reply = try await Sample.api().post(Self.path, body)
    #expect(reply.status == 400 && reply.json["errors"]?[0]?["field"] == .string(field))
  }

  @Test("Without a file of models there is no such path")
  func off() async throws {
    var resources = try Sample.resources()
    resources.orchestrator = nil
    #expect(try await ConsoleAPI(resources).post(Self.path, "{}").status == 404)
  }
}
