import JSON
import Scheduling

/// What `podium-proxy --config` reads: where to listen, and the traffic policy.
package struct ProxyFile: Sendable, Equatable {
  package var host: String?
  package var port: Int?
  package var tls: TLSSettings?
  package var admin: AdminListener?
  package var namespace: String?
  package var fleet: FleetFields?
  package var telemetry: TelemetryFile
  package var bounds: ServerBounds
  /// Empty when it stands in a file of its own.
  package var policy: TrafficPolicy

  /// - Parameter hasPolicy: Whether the policy stands in this file.
  package init(json: JSONValue, hasPolicy: Bool = true) throws(PolicyError) {
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
    admin = try reader.object("admin").map { (fields) throws(PolicyError) in try AdminListener(fields) }
    namespace = try reader.string("namespace")
    fleet = try reader.object("fleet").map { (fields) throws(PolicyError) in try FleetFields(fields) }
    telemetry = try TelemetryFile(&reader)
    bounds = try ServerBounds(&reader)
    guard hasPolicy else {
      policy = TrafficPolicy(revision: "", classification: Classification(sources: []), pools: [])
      guard reader.value("policy") == nil else {
        throw PolicyError(path: "policy", reason: "is given, and so is a file of its own (--policy): write it in one of the two")
      }
      try reader.finish()
      return
    }
    guard let value = reader.value("policy") else { throw PolicyError(path: "policy", reason: "is missing: write the traffic policy") }
    policy = try TrafficPolicy(json: value, path: "policy")
    try reader.finish()
  }
}
