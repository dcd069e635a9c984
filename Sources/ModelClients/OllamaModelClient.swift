import AsyncHTTPClient
import JSON
import Routing
import Scheduling

/// A server that speaks Ollama's own API (https://github.com/ollama/ollama/blob/main/docs/api.md).
package struct OllamaModelClient: ModelClient {
  private let connection: ModelServerConnection

  /// - Parameter url: Without `/api`.
  init(url: String, http: HTTPClient) { connection = ModelServerConnection(url, key: nil, http: http) }

  package func ask(_ call: ModelCall) async throws(ModelCallError) -> ModelAnswer {
    let answer: JSONValue
    let text: String?
    if call.task == .embedding {
      let body: JSONValue = ["model": .string(call.model), "input": .string(call.prompt)]
      answer = try await connection.send("/api/embed", body, within: call.timeout)
      text = answer["embeddings"]?[0].flatMap { $0.array == nil ? nil : String(decoding: $0.bytes(), as: UTF8.self) }
    } else {
      var options = JSONObject()
      if let tokens = call.maxTokens { options["num_predict"] = JSONValue(tokens) }
      if let temperature = call.temperature { options["temperature"] = .double(temperature) }
      let body: JSONValue = [
        "model": .string(call.model), "messages": [["role": "user", "content": .string(call.prompt)]], "stream": false,
        "options": .object(options),
      ]
      answer = try await connection.send("/api/chat", body, within: call.timeout)
      text = answer["message"]?["content"]?.string
    }
    guard let text else { throw ModelCallError(.backend(.status5xx), "answered without an answer of the kind that was asked for") }
    return ModelAnswer(text: text, promptTokens: answer["prompt_eval_count"]?.int, answerTokens: answer["eval_count"]?.int)
  }

  package func look(within limit: Duration) async -> ServerLook {
    do throws(ModelCallError) {
      let tags = try await connection.send("/api/tags", nil, within: limit)
      let processes = try await connection.send("/api/ps", nil, within: limit)
      guard let models = OllamaModels(tags: tags, processes: processes) else { return ServerLook(isThere: false) }
      return ServerLook(isThere: true, models: Set(models.installed.keys), ollama: models)
    } catch {
      return ServerLook(isThere: false)
    }
  }
}
