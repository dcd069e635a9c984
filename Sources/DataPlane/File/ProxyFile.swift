import JSON
import Scheduling

/// What `podium-proxy --config` reads: where to listen, and the traffic policy.
package struct ProxyFile: Sendable, Equatable {
  package var host: String?
  package var port: Int?
  package var tls: TLSSettings?
  package var namespace: String?
  package var fleet: FleetFields?
  package var telemetry: TelemetryFile
  package var bounds: ServerBounds
  package var policy: TrafficPolicy

  package init(json: JSONValue) throws(PolicyError) {
    var reader = try FieldReader(json, path: "")
    if var listen = try reader.object("listen") {
      host = try listen.string("host")
      port = try listen.integer("port")
      if let port, !(0...65535).contains(port) {
        throw PolicyError(path: "listen.port", reason: "is \(port): write a port from 1 to 65535, or 0 for any free one")
      }
      tls = try listen.object("tls").map { (fields) throws(PolicyError) in try TLSSettings(fields) }
      try listen.finish()
    }
    namespace = try reader.string("namespace")
    fleet = try reader.object("fleet").map { (fields) throws(PolicyError) in try FleetFields(fields) }
    telemetry = try TelemetryFile(&reader)
    bounds = try ServerBounds(&reader)
    guard let value = reader.value("policy") else { throw PolicyError(path: "policy", reason: "is missing: write the traffic policy") }
    policy = try TrafficPolicy(json: value, path: "policy")
    try reader.finish()
  }
}
