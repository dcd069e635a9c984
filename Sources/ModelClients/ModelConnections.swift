import AsyncHTTPClient
import Routing

/// The connections that models are asked through, and a client for each place.
package final class ModelConnections: Sendable {
  private let http = ModelServerConnection.makeHTTPClient()

  package init() {}

  /// - Parameters:
  ///   - url: Up to and with `/v1`.
  ///   - key: Sent as a bearer token.
  package func openAI(_ url: String, key: String? = nil) -> OpenAIModelClient { OpenAIModelClient(url: url, key: key, http: http) }
  package func ollama(_ url: String) -> OllamaModelClient { OllamaModelClient(url: url, http: http) }

  /// Nobody may be asked afterwards.
  package func close() async { try? await http.shutdown() }
}
