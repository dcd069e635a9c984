import AsyncHTTPClient
import JSON
import Routing
import Scheduling

/// A server that speaks OpenAI's API: a provider, vLLM, or a pool of the data plane.
package struct OpenAIModelClient: ModelClient {
  private let connection: ModelServerConnection

  /// - Parameters:
  ///   - url: Up to and with `/v1`.
  ///   - key: Sent as a bearer token.
  init(url: String, key: String? = nil, http: HTTPClient) {
    connection = ModelServerConnection(url, key: key, http: http)
  }

  package func ask(_ call: ModelCall) async throws(ModelCallError) -> ModelAnswer {
    let answer: JSONValue
    let text: String?
    if call.task == .embedding {
      let body: JSONValue = ["model": .string(call.model), "input": .string(call.prompt)]
      answer = try await connection.send("/embeddings", body, within: call.timeout)
      text = answer["data"]?[0]?["embedding"].flatMap { $0.array == nil ? nil : String(decoding: $0.bytes(), as: UTF8.self) }
    } else {
      var body: JSONValue = ["model": .string(call.model), "messages": [["role": "user", "content": .string(call.prompt)]]]
      if let tokens = call.maxTokens { body["max_tokens"] = JSONValue(tokens) }
      if let temperature = call.temperature { body["temperature"] = .double(temperature) }
      answer = try await connection.send("/chat/completions", body, within: call.timeout)
      let message = answer["choices"]?[0]?["message"]
      // A reasoning model that spent all its tokens on thinking says nothing else.
      text = message?["content"]?.string ?? message?["reasoning_content"]?.string
    }
    guard let text else { throw ModelCallError(.backend(.status5xx), "answered without an answer of the kind that was asked for") }
    let usage = answer["usage"]
    return ModelAnswer(text: text, promptTokens: usage?["prompt_tokens"]?.int, answerTokens: usage?["completion_tokens"]?.int)
  }

  package func look(within limit: Duration) async -> ServerLook {
    do throws(ModelCallError) {
      let models = try await connection.send("/models", nil, within: limit)["data"]?.array
      return ServerLook(isThere: true, models: models.map { Set($0.compactMap { $0["id"]?.string }) })
    } catch {
      // A server that refuses to list its models is there all the same.
      if case .refused = error.failure { return ServerLook(isThere: true) }
      return ServerLook(isThere: error.failure == .overloaded)
    }
  }
}
