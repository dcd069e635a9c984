import DataPlane

/// Envoy's external processing in front of a data plane: the gateway carries the requests, the data plane's schedulers decide about them.
///
/// The policy, the event loops, the metrics and the admin endpoints are the data plane's own, and so is the end: when the data plane drains,
/// gateways are told to go elsewhere, and what is under way may end.
package enum ExternalProcessor {
  /// Listens until the data plane stops.
  /// - Returns: The port that is listened on.
  package static func listen(_ configuration: ExternalProcessorConfiguration, on plane: DataPlaneServer) async throws -> Int {
    var settings = StreamMachine.Settings()
    settings.bodyLimit = plane.bodyLimit
    settings.honoursTestSelection = configuration.honoursTestSelection
    let (stream, messageBytes) = (settings, configuration.messageBytes)
    var listener = GatewayListener { channel, makeCall in
      let handler = GRPCStream(messageLimit: messageBytes) { path in
        path == ProcessingCall.path ? ProcessingCall(stream, makeCall()) : HealthCall.Method(rawValue: path).map { HealthCall($0, plane) }
      } onFault: { status in
        plane.report(gatewayFault: status.message)
      }
      try channel.pipeline.syncOperations.addHandler(handler)
    }
    listener.host = configuration.host
    listener.port = configuration.port
    listener.tls = configuration.tls
    listener.settings = configuration.gateway
    return try await plane.listen(listener)
  }
}
