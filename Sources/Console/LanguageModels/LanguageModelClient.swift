import AsyncHTTPClient
import Intent
import JSON
import NIOCore

/// Sends a sentence to the language model that was named, and to no other; believes nothing of what comes back.
///
/// The answer is bounded in size and time, follows no redirect, and is only ever parsed as JSON.
package struct LanguageModelClient: Sendable {
  package let endpoint: LanguageModelEndpoint

  package init(_ endpoint: LanguageModelEndpoint) { self.endpoint = endpoint }

  /// The JSON that the model wrote for ``ModelTask/schema``, unchecked.
  package func extract(_ text: String) async throws(LanguageModelProblem) -> JSONValue {
    // The longest that anybody waits, whatever the server does.
    let deadline = NIODeadline.now() + TimeAmount(endpoint.timeout)
    let client = HTTPClient(
      eventLoopGroup: HTTPClient.defaultEventLoopGroup,
      configuration: HTTPClient.Configuration(
        redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: TimeAmount(endpoint.timeout))))
    let result = await exchange(text, client, deadline)
    try? await client.shutdown()
    return try result.get()
  }

  private func exchange(_ text: String, _ client: HTTPClient, _ deadline: NIODeadline) async -> Result<JSONValue, LanguageModelProblem> {
    do throws(LanguageModelProblem) {
      let model: String
      if let named = endpoint.model {
        model = named
      } else {
        model = try await firstModel(client, deadline)
      }
      let answer = try await send(LanguageModelWire.request(endpoint.api, model: model, text: text), chatPath, client, deadline)
      return .success(try LanguageModelWire.content(of: answer, endpoint.api))
    } catch {
      return .failure(error)
    }
  }

  private var chatPath: String { endpoint.api == .openAI ? "/chat/completions" : "/api/chat" }

  private func firstModel(_ client: HTTPClient, _ deadline: NIODeadline) async throws(LanguageModelProblem) -> String {
    let list = try await send(nil, endpoint.api == .openAI ? "/models" : "/api/tags", client, deadline)
    let name = endpoint.api == .openAI ? list["data"]?[0]?["id"]?.string : list["models"]?[0]?["name"]?.string
    guard let name, !name.isEmpty, name.utf8.count <= 256 else {
      throw LanguageModelProblem("lists no model; name one with --llm-model")
    }
    return name
  }

  /// A GET without a body, else a POST.
  private func send(
    _ body: JSONValue?, _ path: String, _ client: HTTPClient, _ deadline: NIODeadline
  ) async throws(LanguageModelProblem) -> JSONValue {
    var request = HTTPClientRequest(url: endpoint.base + path)
    request.headers.add(name: "accept", value: "application/json")
    if let key = endpoint.key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
    if let body {
      request.method = .POST
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(body.bytes())
    }
    let bytes: [UInt8]
    do {
      let response = try await client.execute(request, deadline: deadline)
      guard response.status == .ok else { throw LanguageModelProblem("answered with status \(response.status.code)") }
      bytes = Array(try await response.body.collect(upTo: LanguageModelEndpoint.maximumAnswer).readableBytesView)
    } catch let problem as LanguageModelProblem {
      throw problem
    } catch is NIOTooManyBytesError {
      throw LanguageModelProblem("answered with more than \(LanguageModelEndpoint.maximumAnswer / 1024) KiB")
    } catch let error as HTTPClientError {
      throw LanguageModelProblem(
        NIODeadline.now() >= deadline ? "did not answer within \(endpoint.timeout)" : "failed: \(error.shortDescription)")
    } catch {
      throw LanguageModelProblem(
        NIODeadline.now() >= deadline ? "did not answer within \(endpoint.timeout)" : "cannot be reached or broke off")
    }
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw LanguageModelProblem("answered with something that is no JSON")
    }
  }
}
