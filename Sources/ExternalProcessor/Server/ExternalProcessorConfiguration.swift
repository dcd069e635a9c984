import DataPlane

/// How Envoy's streams are listened for, and the bounds they keep.
package struct ExternalProcessorConfiguration: Sendable {
  /// An IP address to listen on.
  package var host = "127.0.0.1"
  /// 0 takes any free port. 9002 is what endpoint pickers use.
  package var port = 9002
  /// Without it, connections are plain.
  package var tls: TLSSettings?
  package var gateway = GatewaySettings()
  /// For the conformance tests of gateways only: requests say themselves where they go.
  package var honoursTestSelection = false
  /// Bytes of one message; Envoy cuts bodies to its buffers' size, which are far smaller.
  package var messageBytes = 4 << 20

  package init() {}
}
