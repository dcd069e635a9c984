/// How a gateway's requests are understood, where that is not the policy's.
package struct GatewaySettings: Sendable {
  /// The pool that all requests are for; `nil` where the request says its model.
  package var pool: String?
  /// Names the model of a request whose body the gateway keeps to itself.
  package var modelHeader = "x-gateway-model-name"
  /// Endpoints named besides the one whose turn it is, for the gateway's own retries.
  package var alternatives = 2

  package init() {}
}
