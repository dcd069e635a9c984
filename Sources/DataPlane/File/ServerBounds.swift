import JSON

/// The `limits:` and `timeouts:` of a proxy file: protection against peers that send too much or do too little. Scheduling has no
/// time-outs to configure: they follow from what is measured.
package struct ServerBounds: Sendable, Equatable {
  package var head: Int?
  package var headers: Int?
  package var target: Int?
  package var body: Int?
  package var bodies: Int?
  package var webSocketMessage: Int?
  package var clientIdle: Duration?
  package var request: Duration?
  package var clientStall: Duration?
  package var connect: Duration?
  package var backendIdle: Duration?
  package var lameDuck: Duration?

  package init() {}

  init(_ file: inout FieldReader) throws(PolicyError) {
    if var limits = try file.object("limits") {
      head = try limits.bytes("head")
      headers = try limits.integer("headers")
      target = try limits.bytes("target")
      body = try limits.bytes("body")
      bodies = try limits.bytes("bodies")
      webSocketMessage = try limits.bytes("webSocketMessage")
      try limits.finish()
      if let headers, !(1...10_000).contains(headers) {
        throw PolicyError(path: limits.path("headers"), reason: "is \(headers): write a number from 1 to 10000")
      }
      if let head, head < 1024 || head > 16 << 20 {
        throw PolicyError(path: limits.path("head"), reason: "is \(head) bytes: write something from 1KiB to 16MiB")
      }
    }
    if var timeouts = try file.object("timeouts") {
      clientIdle = try timeouts.duration("clientIdle")
      request = try timeouts.duration("request")
      clientStall = try timeouts.duration("clientStall")
      connect = try timeouts.duration("connect")
      backendIdle = try timeouts.duration("backendIdle")
      lameDuck = try timeouts.duration("lameDuck")
      try timeouts.finish()
    }
  }

  /// Sets what the file says; the rest stays.
  package func apply(to configuration: inout DataPlaneConfiguration) {
    configuration.limits.headBytes = head ?? configuration.limits.headBytes
    configuration.limits.headerLines = headers ?? configuration.limits.headerLines
    configuration.limits.targetBytes = target ?? configuration.limits.targetBytes
    configuration.limits.bodyBytes = body ?? configuration.limits.bodyBytes
    configuration.limits.messageBytes = webSocketMessage ?? configuration.limits.messageBytes
    configuration.bodyBudget = bodies ?? configuration.bodyBudget
    configuration.clientIdleTimeout = clientIdle ?? configuration.clientIdleTimeout
    configuration.requestReadTimeout = request ?? configuration.requestReadTimeout
    configuration.clientStallTimeout = clientStall ?? configuration.clientStallTimeout
    configuration.connectTimeout = connect ?? configuration.connectTimeout
    configuration.backendIdleTimeout = backendIdle ?? configuration.backendIdleTimeout
    configuration.lameDuck = lameDuck ?? configuration.lameDuck
  }
}
